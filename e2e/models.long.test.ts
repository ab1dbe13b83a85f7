import { vi } from "vitest";

/** With the trials that are left out of `npm test`. */
vi.stubEnv("E2E", "all");
await import("./models.test.ts");
