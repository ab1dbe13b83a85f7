// The agent package derives the names of models from this registry; without one entry its types do not resolve
// (TS2590).
interface RegisteredProviderModels {
  "desk:none": never;
}
