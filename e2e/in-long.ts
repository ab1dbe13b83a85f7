import { it } from "vitest";

/** A trial in the browser whose rule other tests hold already: for `npm run test:long`, which sets E2E to "all". */
export const inLong = it.runIf(process.env["E2E"] === "all");
