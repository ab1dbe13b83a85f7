import { successor } from "../storage/intervals.ts";
import { tableNamed, type TransactionState } from "../storage/state.ts";
import type { IndexInfo } from "../storage/tables.ts";
import { compareValues, type Json } from "../values/json.ts";
import { decodeId } from "../values/ids.ts";
import { afterPrefix } from "../values/sort-key.ts";
import { badQuery } from "./common.ts";

/** Stands between the fields of an index key and the id, see `indexKey`. */
const ID_FOLLOWS = Buffer.from([0]);

/** The keys of documents whose fields give `start` and whose id is exactly, at least or at most the bound's. */
export interface IdBound {
  /** The first key that is not before the id. */
  from: Buffer;
  /** The first key that is after the id. */
  after: Buffer;
}

/**
 * Where the id `value` stands among the keys that begin with `start` (the encoded fields of an index), which ids end
 * (SPEC Q3). Values of other types stand before or after all ids (V6); a text that is no id of the index's table has no
 * place: UserError.
 */
export function idBound(t: TransactionState, index: IndexInfo, start: Buffer, value: Json | undefined): IdBound {
  if (typeof value !== "string") {
    const edge = compareValues(value, "") < 0 ? start : afterPrefix(start);
    return { from: edge, after: edge };
  }
  const decoded = decodeId(value);
  if (decoded === null || decoded.tableNumber !== tableNamed(t, index.ns, index.table)?.number) {
    throw badQuery(`The index range compares "_id" with ${JSON.stringify(value)}, which is no id of table "${index.table}".`);
  }
  const key = Buffer.concat([start, ID_FOLLOWS, decoded.internalId]);
  return { from: key, after: successor(key) };
}
