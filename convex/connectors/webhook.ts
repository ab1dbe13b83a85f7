// Performs an approved action by a signed POST. `post.ts` says where it may go.

import { internal } from "../_generated/api";
import type { ActionCtx } from "../_generated/server";
import type { Job } from "../model/executions";
import type { AttemptResult } from "../shared/records";
import { waitingTime } from "../shared/settings";
import type { Posted } from "./posted";
import { signedHeaders } from "./signing";

/** A receiver that takes longer has probably not understood; the try is repeated. WEBHOOK_TIMEOUT_MS overrides it. */
const TIMEOUT_MS = 15_000;
/** Client errors that pass with time: timeout, conflict of the same key in progress, too early, too many. */
const PASSING = [408, 409, 425, 429];

/** Sends one try. Never throws for what the other side does; neither secret nor address is in what it returns. */
export async function sendWebhook(ctx: ActionCtx, job: Job): Promise<AttemptResult> {
  const url = process.env.WEBHOOK_URL;
  const secret = process.env.WEBHOOK_SECRET;
  if (!url || !secret) {
    return permanent("No webhook is set up: WEBHOOK_URL and WEBHOOK_SECRET must both be set. Nothing was sent.");
  }
  const { playbook, action, digest, requestId, idempotencyKey } = job;
  const now = Date.now();
  const timestamp = new Date(Math.floor(now / 1_000) * 1_000).toISOString();
  const body = JSON.stringify({ type: "action.approved", timestamp, data: { requestId, playbook, action, digest } });
  const headers = await signedHeaders(secret, idempotencyKey, now, body);
  if (headers === null) return permanent("WEBHOOK_SECRET is not a base64 text with the prefix whsec_. Nothing was sent.");
  const timeoutMs = waitingTime("WEBHOOK_TIMEOUT_MS", TIMEOUT_MS);
  return judge(await ctx.runAction(internal.connectors.post.post, { url, headers, body, timeoutMs }));
}

function judge(posted: Posted): AttemptResult {
  switch (posted.kind) {
    case "refused":
      return permanent(posted.reason);
    case "late":
      return { kind: "transient", detail: "The webhook did not answer in time." };
    case "unreachable":
      return { kind: "transient", detail: "The webhook could not be reached." };
    case "answered": {
      const { status, answer } = posted;
      const detail = `The webhook answered ${status}${answer === "" ? "" : `: ${answer}`}`;
      if (status >= 200 && status < 300) return { kind: "ok", status, detail };
      // A redirect could lead the signed action elsewhere; the specification counts it as a failure.
      return { kind: status >= 500 || PASSING.includes(status) ? "transient" : "permanent", status, detail };
    }
    default:
      return posted satisfies never;
  }
}

function permanent(detail: string): AttemptResult {
  return { kind: "permanent", detail };
}
