// @vitest-environment edge-runtime
import { vi } from "vitest";

/** A hundred desks in place of ten: 2,000 sequences. */
vi.stubEnv("SEQUENCES_DESKS", "100");
await import("./sequences.test");
