import { checkArgs } from "../../functions/call-values.ts";
import type { FunctionInfo } from "../../functions/code.ts";
import { decodePosition, encodePosition, fingerprint } from "../../query/position.ts";
import { decodeTs, encodeTs } from "../../sync/protocol.ts";
import { exportText, parseExported, parsePlain } from "../../transfer/export-text.ts";
import { decodeId, encodeId } from "../../values/ids.ts";
import { CALL_JSON, parseJsonText } from "../../values/json-text.ts";
import { canonical, canonicalText, checkDocument, checkValue, compareValues, equalValues, type Json, replaceCommitTs, sizeOf, toCleanJson } from "../../values/json.ts";
import { displayFunctionPath, parseFunctionPath } from "../../values/names.ts";
import { randomValue } from "../../values/random-value.ts";
import { encodeKey } from "../../values/sort-key.ts";
import { validatorText } from "../../values/validator-text.ts";
import { isSubset, parseValidator, validate } from "../../values/validators.ts";
import { mutateJson } from "../mutate.ts";
import type { Random } from "../random.ts";
import { changedJson, changedText, changedValue, insist, isSame, type Target, target } from "./target.ts";

/** Values and what stands for them: validators, arguments, ids, paths, timestamps, cursors. */

const ID = encodeId(10_001, Buffer.alloc(16, 7));
const tables = { nameOf: (number: number) => (number === 10_001 ? "things" : undefined) };
const field = (fieldType: object, optional = false) => ({ fieldType, optional });
const VALIDATOR = {
  type: "object",
  value: {
    id: field({ type: "id", tableName: "things" }, true),
    kind: field({ type: "union", value: [{ type: "literal", value: "a" }, { type: "literal", value: { $integer: "AQAAAAAAAAA=" } }, { type: "null" }] }),
    list: field({ type: "array", value: { type: "number" } }),
    map: field({ type: "record", keys: { type: "string" }, values: field({ type: "union", value: [{ type: "bytes" }, { type: "bigint" }, { type: "boolean" }] }) }),
    text: field({ type: "string" }, true),
    any: field({ type: "any" }),
  },
};
const ARGUMENTS = { id: ID, kind: { $integer: "AQAAAAAAAAA=" }, list: [1, 2.5, -0], map: { x: { $bytes: "AQ==" }, y: true }, text: "é", any: [null, { deep: [{ $float: "AAAAAAAA+H8=" }] }] };
const transaction = { fillTs: (v: Json) => replaceCommitTs(v, 1n) };
const FUNCTION = { path: "seed.js:list", args: parseValidator(VALIDATOR), returns: null } as unknown as FunctionInfo;
const PATHS = ["seed:list", "a/b/c.js:d", "folder/module", "_system/cli/tables", "m.js", "a.b:default"];
const SECRET = Buffer.alloc(32, 3);
const QUERY = fingerprint({ table: "things" });
const CURSORS = [encodePosition(SECRET, QUERY, "end"), encodePosition(SECRET, QUERY, { after: encodeKey(["x", 1, ID]) }), encodePosition(SECRET, fingerprint(1), "end")];
const valueOf = (random: Random): Json => randomValue(() => random.next());

export const valueTargets: Target[] = [
  target({
    name: "values",
    weight: 120,
    make: (random) => changedJson(random, random.chance(0.5) ? ARGUMENTS : valueOf(random)),
    take(text) {
      const value = parseJsonText(text, CALL_JSON);
      checkValue(value);
      const clean = canonical(value);
      insist(equalValues(JSON.parse(canonicalText(value)) as Json, value), "its text means another value");
      insist(compareValues(value, clean) === 0 && encodeKey([value]).equals(encodeKey([clean])), "it is not in its own place");
      insist(equalValues(parseExported(exportText(clean)), clean) && equalValues(parsePlain(JSON.stringify(clean)), clean), "its export means another value");
      insist(sizeOf(value) > 0, "it has no size");
      return [clean, toCleanJson(value)];
    },
  }),
  target({
    name: "documents",
    weight: 30,
    make: (random) => changedJson(random, { _id: ID, _creationTime: 1, ...ARGUMENTS }),
    take(text) {
      const value = parseJsonText(text, CALL_JSON);
      checkDocument(value, "things");
      return value;
    },
  }),
  target({
    name: "validators",
    weight: 60,
    make: (random) => ({ validator: changedValue(random, VALIDATOR), value: mutateJson(random, ARGUMENTS) }),
    take({ validator, value }) {
      checkValue(value);
      const parsed = parseValidator(JSON.parse(validator));
      insist(isSame(parseValidator(parsed), parsed), "a clean validator is not left as it is");
      insist(isSubset(parsed, parsed), "it does not take what it takes");
      return [parsed, validatorText(parsed), validate(parsed, value, tables)];
    },
  }),
  target({
    name: "arguments",
    weight: 80,
    make: (random) => ({ text: changedJson(random, random.chance(0.7) ? ARGUMENTS : [ARGUMENTS]), isMutation: random.chance(0.5) }),
    take: ({ text, isMutation }) => checkArgs(FUNCTION, parseJsonText(text, CALL_JSON) as Json, tables, isMutation ? transaction : null),
  }),
  target({
    name: "function paths",
    weight: 80,
    make: (random) => changedText(random, random.pick(PATHS)),
    take(path) {
      const parsed = parseFunctionPath(path);
      // Of a file with ".js" in its name, people see one ".js" less.
      const isShown = !parsed.module.endsWith(".js.js");
      if (isShown) insist(isSame(parseFunctionPath(displayFunctionPath(path)), parsed), "what is shown is another function");
      return parsed;
    },
  }),
  target({
    name: "ids",
    weight: 60,
    make: (random) => changedText(random, random.chance(0.7) ? encodeId(1 + random.int(2 ** 32 - 1), Buffer.alloc(16, random.int(256))) : ID),
    take(id) {
      const parsed = decodeId(id);
      if (parsed !== null) insist(encodeId(parsed.tableNumber, parsed.internalId) === id, "it is written another way");
      return parsed;
    },
  }),
  target({
    name: "timestamps",
    weight: 40,
    make: (random) => changedText(random, encodeTs(BigInt(random.int(2 ** 32)) << BigInt(random.int(32)))),
    take(text) {
      const ts = decodeTs(text);
      insist(encodeTs(ts) === text, "it is written another way");
      return ts;
    },
  }),
  target({
    name: "cursors",
    weight: 20,
    make: (random) => changedText(random, random.pick(CURSORS)),
    take(cursor) {
      const position = decodePosition(SECRET, QUERY, cursor);
      insist(isSame(decodePosition(SECRET, QUERY, encodePosition(SECRET, QUERY, position)), position), "it is another place");
      return position;
    },
  }),
];
