import { vi } from "vitest";

/** Every screen at both sizes in both themes. */
vi.stubEnv("LOOK", "all");
await import("./look.test.ts");
