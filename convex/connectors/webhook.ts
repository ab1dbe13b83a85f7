// Performs an approved action by a signed POST, after the Standard Webhooks specification: the receiver checks the
// signature over id, time and body, and treats a repeated id as the same event.

import type { Job } from "../model/executions";
import type { AttemptResult } from "../shared/records";
import { waitingTime } from "../shared/settings";

/** A receiver that takes longer has probably not understood; the try is repeated. WEBHOOK_TIMEOUT_MS overrides it. */
const TIMEOUT_MS = 15_000;
/** How much of an answer is kept, in characters: enough to see what went wrong. */
const ANSWER_MAX = 500;
/** Client errors that pass with time: timeout, conflict of the same key in progress, too early, too many. */
const PASSING = [408, 409, 425, 429];

/** Sends one try. Never throws for what the other side does; neither secret nor address is in what it returns. */
export async function sendWebhook(job: Job): Promise<AttemptResult> {
  const url = process.env.WEBHOOK_URL;
  const secret = process.env.WEBHOOK_SECRET;
  if (!url || !secret) {
    return permanent("No webhook is set up: WEBHOOK_URL and WEBHOOK_SECRET must both be set. Nothing was sent.");
  }
  const key = secretKey(secret);
  if (key === null) return permanent("WEBHOOK_SECRET is not a base64 text with the prefix whsec_. Nothing was sent.");

  const { playbook, action, digest, requestId, idempotencyKey } = job;
  const seconds = Math.floor(Date.now() / 1_000);
  const timestamp = new Date(seconds * 1_000).toISOString();
  const data = { requestId, playbook, action, digest };
  const body = JSON.stringify({ type: "action.approved", timestamp, data });
  const signature = await sign(key, `${idempotencyKey}.${seconds}.${body}`);
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), waitingTime("WEBHOOK_TIMEOUT_MS", TIMEOUT_MS));
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "idempotency-key": idempotencyKey,
        "webhook-id": idempotencyKey,
        "webhook-timestamp": String(seconds),
        "webhook-signature": `v1,${signature}`,
      },
      body,
      // A redirect could lead the signed action elsewhere; the specification counts it as a failure.
      redirect: "manual",
      signal: timeout.signal,
    });
    return judge(response.status, await firstOf(response));
  } catch {
    return timeout.signal.aborted
      ? { kind: "transient", detail: "The webhook did not answer in time." }
      : { kind: "transient", detail: "The webhook could not be reached." };
  } finally {
    clearTimeout(timer);
  }
}

function judge(status: number, answer: string): AttemptResult {
  const said = answer === "" ? "" : `: ${answer}`;
  if (status >= 200 && status < 300) return { kind: "ok", status, detail: `The webhook answered ${status}${said}` };
  const passing = status >= 500 || PASSING.includes(status);
  return { kind: passing ? "transient" : "permanent", status, detail: `The webhook answered ${status}${said}` };
}

function permanent(detail: string): AttemptResult {
  return { kind: "permanent", detail };
}

/** The bytes of a secret "whsec_<base64>" (the prefix may be missing), or null. */
function secretKey(secret: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(atob(secret.replace(/^whsec_/, "")), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}

async function sign(key: Uint8Array<ArrayBuffer>, content: string): Promise<string> {
  const imported = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const bytes = new Uint8Array(await crypto.subtle.sign("HMAC", imported, new TextEncoder().encode(content)));
  return btoa(String.fromCharCode(...bytes));
}

/** The first characters of an answer on one line; the rest is not read, however long it is. */
async function firstOf(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  if (reader === undefined) return "";
  const decoder = new TextDecoder();
  let text = "";
  while (text.length < ANSWER_MAX) {
    const { done, value } = await reader.read();
    if (done) break;
    text += decoder.decode(value, { stream: true });
  }
  await reader.cancel();
  return text.slice(0, ANSWER_MAX).replace(/\s+/g, " ").trim().toWellFormed();
}
