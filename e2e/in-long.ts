import { it } from "vitest";

const isLong = process.env["E2E"] === "all";

/** A trial in the browser whose rule other tests hold already: for `npm run test:long`, which sets E2E to "all". */
export const inLong = it.runIf(isLong);

/**
 * How long a page of somebody who lost a role or a session may stay, in ms: a second. `npm test` keeps the machine busy with two
 * runs at once and only tells it from a page that stays.
 */
export const GONE_WITHIN_MS = isLong ? 1_000 : 15_000;
