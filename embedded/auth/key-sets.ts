import type { JWK } from "jose";
import { jsonOfDataUrl, type FetchJson } from "./fetch-json.ts";

/** How long keys are used before they are fetched again (SPEC U8). */
const CACHE_MS = 10 * 60_000;
/** An early fetch, because no key fits, at most this often: wrong tokens must not hammer a provider. */
const EARLY_FETCH_MS = 10_000;

interface Entry {
  keys: Promise<JWK[]>;
  fetchedMs: number;
  /** When keys were last fetched early. */
  earlyMs: number;
}

/** The keys of every provider asked so far, one for each way of fetching, so that deployments share nothing. */
const caches = new WeakMap<FetchJson, Map<string, Entry>>();

/** Where the keys of a provider are: `oidc` names the issuer whose discovery document leads to them. */
export type KeySource = { oidc: string } | { jwks: string };

/**
 * The keys of `source`, from the cache when they are there. `early` asks for newer ones than the cached; null means
 * that they were fetched early a moment ago. Rejects when the provider does not answer with keys.
 */
export async function keysOf(
  source: KeySource,
  fetchJson: FetchJson,
  o: { nowMs: number; early: boolean },
): Promise<JWK[] | null> {
  let cache = caches.get(fetchJson);
  if (cache === undefined) caches.set(fetchJson, (cache = new Map()));
  const name = "oidc" in source ? source.oidc : source.jwks;
  const known = cache.get(name);
  if (known !== undefined && !o.early && o.nowMs - known.fetchedMs < CACHE_MS) return known.keys;
  if (known !== undefined && o.early && o.nowMs - known.earlyMs < EARLY_FETCH_MS) return null;

  const keys = "oidc" in source ? discover(source.oidc, fetchJson) : fetchKeys(source.jwks, fetchJson);
  const entry: Entry = { keys, fetchedMs: o.nowMs, earlyMs: o.early ? o.nowMs : (known?.earlyMs ?? -Infinity) };
  cache.set(name, entry);
  try {
    return await keys;
  } catch (error) {
    if (cache.get(name) === entry) cache.delete(name);
    throw error;
  }
}

/** An issuer as it is compared: without one trailing slash. */
export function issuerName(issuer: string): string {
  return issuer.endsWith("/") ? issuer.slice(0, -1) : issuer;
}

async function discover(issuer: string, fetchJson: FetchJson): Promise<JWK[]> {
  const url = `${issuerName(issuer)}/.well-known/openid-configuration`;
  const document = (await fetchJson(url)) as { issuer?: unknown; jwks_uri?: unknown } | null;
  const found = document?.issuer;
  if (typeof found !== "string" || issuerName(found) !== issuerName(issuer)) {
    throw new Error(`${url} names the issuer ${JSON.stringify(found)} instead of "${issuer}"`);
  }
  if (typeof document?.jwks_uri !== "string") throw new Error(`${url} has no jwks_uri`);
  return fetchKeys(document.jwks_uri, fetchJson);
}

async function fetchKeys(url: string, fetchJson: FetchJson): Promise<JWK[]> {
  const set = (url.startsWith("data:") ? jsonOfDataUrl(url) : await fetchJson(url)) as { keys?: unknown } | null;
  if (!Array.isArray(set?.keys)) throw new Error("The key set has no list of keys");
  return set.keys.filter((key): key is JWK => typeof key === "object" && key !== null);
}
