import { type FetchJson, fetchJsonOverHttp } from "../auth/fetch-json.ts";
import type { Runner } from "../functions/runner.ts";
import { newRequestId } from "../sync/calls.ts";

/** Largest key document taken from the own site, bytes. */
const MAX_BYTES = 1024 * 1024;
const TIMEOUT_MS = 10_000;

/**
 * Fetches key documents of identity providers. Those of the deployment's own site come from its HTTP actions directly,
 * without the network (H19): a token may be checked while the server is busy with many others that wait for the same.
 */
export function keyFetcher(siteUrl: string, runner: Pick<Runner, "httpAction">): FetchJson {
  const own = new URL(siteUrl).origin;
  return async (url) => (new URL(url).origin === own ? JSON.parse(await ownDocument(url, runner)) : fetchJsonOverHttp(url));
}

async function ownDocument(url: string, runner: Pick<Runner, "httpAction">): Promise<string> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const tooLate = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(new Error(`GET ${url} was not answered in time`)));
  });
  return Promise.race([tooLate, read(url, runner, signal)]);
}

async function read(url: string, runner: Pick<Runner, "httpAction">, signal: AbortSignal): Promise<string> {
  const { status, body } = await runner.httpAction({
    method: "GET",
    url,
    headers: [["accept", "application/json"]],
    body: null,
    signal,
    caller: { identity: null, admin: false, requestId: newRequestId(), kind: "http" },
  });
  if (status !== 200) {
    await body?.cancel();
    throw new Error(`GET ${url} answered ${status}`);
  }
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body ?? []) {
    parts.push(part);
    size += part.length;
    if (size > MAX_BYTES) throw new Error(`GET ${url} answered with more than ${MAX_BYTES} bytes`);
  }
  return Buffer.concat(parts).toString("utf8");
}
