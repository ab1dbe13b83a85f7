import type { IndexInfo } from "../storage/tables.ts";
import { termsOf } from "../storage/terms.ts";
import { checkValue, type Json } from "../values/json.ts";
import { encodeKey } from "../values/sort-key.ts";
import { badQuery, isUndefined } from "./common.ts";

/** One condition of a text search. */
export type SearchFilterJson =
  { type: "Search"; fieldPath: string; value: string } | { type: "Eq"; fieldPath: string; value: Json };

/** A checked text search. */
export interface SearchPlan {
  kind: "search";
  index: IndexInfo;
  /** What to look for, each once; the last term of the text also counts as the beginning of longer ones. */
  terms: string[];
  prefix: string | null;
  /** Position of each filter field in the index, with the hex sort key it must have. */
  filters: { field: number; key: string }[];
}

/** More terms are ignored. */
const MAX_TERMS = 16;
const MAX_FILTERS = 8;

/** Checks the conditions of a search in `index` (SPEC Q21). Throws a UserError. */
export function planSearch(index: IndexInfo, filters: readonly SearchFilterJson[]): SearchPlan {
  const name = `${index.table}.${index.name}`;
  if (!Array.isArray(filters)) throw badQuery("The filters of a search must be an array.");
  const searches = filters.filter((f) => f.type === "Search");
  const [search] = searches;
  if (search === undefined || searches.length > 1)
    throw badQuery(`A search in ${name} must have exactly one search filter.`);
  if (search.fieldPath !== index.searchField || typeof search.value !== "string") {
    throw badQuery(`A search in ${name} must search the field "${index.searchField}" for a text.`);
  }
  const equalities = filters.filter((f) => f.type !== "Search");
  if (equalities.length > MAX_FILTERS) throw badQuery(`A search can have at most ${MAX_FILTERS} equality filters.`);
  const terms = termsOf(search.value).slice(0, MAX_TERMS);
  return {
    kind: "search",
    index,
    terms: [...new Set(terms)],
    prefix: terms.at(-1) ?? null,
    filters: equalities.map(({ type, fieldPath, value }) => {
      const field = (index.filterFields ?? []).indexOf(fieldPath);
      if (type !== "Eq") throw badQuery(`Unknown search filter ${JSON.stringify(type)}.`);
      if (field < 0) throw badQuery(`The search index ${name} has no filter field "${fieldPath}".`);
      if (!isUndefined(value)) checkValue(value, { what: "Invalid value in a search filter" });
      return { field, key: encodeKey([value]).toString("hex") };
    }),
  };
}
