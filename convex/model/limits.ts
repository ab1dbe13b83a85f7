// How often somebody may try (docs/decisions/0012-sign-in.md). Tries are counted before they are made, so that many at once are as
// many as one after the other.

import { MINUTE, RateLimiter } from "@convex-dev/rate-limiter";
import { components } from "../_generated/api";
import type { MutationCtx } from "../_generated/server";
import { sha256 } from "../shared/digest";
import { deskError } from "../shared/errors";

const limiter = new RateLimiter(components.rateLimiter, {
  /** Of one e-mail address, known or not. A success gives them back. */
  signInOf: { kind: "token bucket", rate: 1, period: MINUTE, capacity: 10 },
  /** From one network address: a whole office may stand behind it. */
  signInFrom: { kind: "token bucket", rate: 20, period: MINUTE, capacity: 60 },
  /** New passwords asked for, of one e-mail address, and from one network address. */
  resetOf: { kind: "token bucket", rate: 1, period: 20 * MINUTE, capacity: 3 },
  resetFrom: { kind: "token bucket", rate: 1, period: MINUTE, capacity: 10 },
  /** Links opened with a password, from one network address. */
  linkFrom: { kind: "token bucket", rate: 10, period: MINUTE, capacity: 30 },
  /** Files that one person sends. */
  fileOf: { kind: "token bucket", rate: 20, period: MINUTE, capacity: 40 },
  /** Recorded refusals of one person: the history cannot be flooded. */
  refusalOf: { kind: "token bucket", rate: 1, period: MINUTE, capacity: 1 },
});

type Limit = keyof NonNullable<typeof limiter.limits>;

/** Counts a try of `what` (an e-mail address, say), of which only a digest is kept. Throws `tooManyTries` with the wait. */
export async function countTry(ctx: MutationCtx, limit: Limit, what: string): Promise<void> {
  const { ok, retryAfter } = await limiter.limit(ctx, limit, { key: await sha256(what) });
  if (!ok) throw tooMany(retryAfter);
}

/** Counts a try from the network address of this call; where the deployment does not know it, nothing is counted. */
export async function countTryFrom(ctx: MutationCtx, limit: Limit): Promise<void> {
  const { ip } = await ctx.meta.getRequestMetadata();
  if (ip !== null) await countTry(ctx, limit, ip);
}

/** Whether something limited may be done once more; counts it if so. */
export async function mayOnceMore(ctx: MutationCtx, limit: Limit, what: string): Promise<boolean> {
  return (await limiter.limit(ctx, limit, { key: await sha256(what) })).ok;
}

/** Gives the tries of `what` back. */
export async function giveBack(ctx: MutationCtx, limit: Limit, what: string): Promise<void> {
  await limiter.reset(ctx, limit, { key: await sha256(what) });
}

function tooMany(retryAfterMs: number) {
  const message = `There were too many tries. Nothing was changed. Wait ${waitWords(retryAfterMs)}, then try again.`;
  return deskError("tooManyTries", { retryAfterMs, message });
}

/** "40 seconds", "3 minutes": rounded up, so that it is true. */
function waitWords(ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / 1_000));
  if (seconds <= 90) return seconds === 1 ? "a second" : `${seconds} seconds`;
  return `${Math.ceil(seconds / 60)} minutes`;
}
