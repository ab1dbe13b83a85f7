/** `ctx.vectorSearch`: goes through the vectors of an index without holding up anybody else for long. */
import { setImmediate as turn } from "node:timers/promises";
import type { VectorQueryJson } from "../query/vector-plan.ts";
import type { Json } from "../values/json.ts";
import type { Runner } from "./runner.ts";

/** Others wait at most about this long for a search, in ms. */
const SLICE_MS = 8;

/**
 * The documents of a component whose vectors are nearest, as `{results: [{_id, _score}]}` (SPEC Q30). Rejects with
 * UserErrors for what is wrong with the search.
 */
export async function searchVectors(runner: Runner, ns: number, query: Json): Promise<Json> {
  const scan = runner.read((txn) => txn.vectorSearch(ns, query as unknown as VectorQueryJson));
  while (!scan.step(SLICE_MS)) await turn();
  return { results: scan.results() };
}
