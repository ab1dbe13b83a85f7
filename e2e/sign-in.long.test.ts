import { vi } from "vitest";

/** With the second in which somebody must be out. */
vi.stubEnv("E2E", "all");
await import("./sign-in.test.ts");
