import type { Model } from "@convex/shared/records";

/** The model that wrote a draft; the built-in one is never passed off as an AI model. */
export function modelWords({ provider, model }: Model): string {
  return provider === "template" ? "Template model" : model;
}
