import { createOpenAI } from "@ai-sdk/openai";
import type { LanguageModelV4 } from "@ai-sdk/provider";
import type { Model } from "../shared/records";
import { modelChoice } from "./choice";
import { templateModel } from "./offline/model";

/**
 * The model the desk drafts with, and how a draft names it. An OpenAI-compatible server (OpenAI, Ollama, vLLM,
 * llama.cpp) is spoken to by its chat API: the newer one is OpenAI's alone.
 */
export function deskModel(): { languageModel: LanguageModelV4; named: Model } {
  const choice = modelChoice();
  switch (choice.kind) {
    case "openai": {
      const openai = createOpenAI({
        apiKey: process.env.OPENAI_API_KEY ?? "",
        baseURL: process.env.OPENAI_BASE_URL || "https://api.openai.com/v1",
      });
      return { languageModel: openai.chat(choice.model), named: { provider: "openai", model: choice.model } };
    }
    case "template": {
      const languageModel = templateModel();
      return { languageModel, named: { provider: "template", model: languageModel.modelId } };
    }
    default:
      return choice satisfies never;
  }
}
