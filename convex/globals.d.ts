import type {} from "ai";

// The agent package derives the names of models from this registry; without one entry its types do not resolve (TS2590).
declare global {
  interface RegisteredProviderModels {
    "desk:none": never;
  }
}
