import type { Random } from "./random.ts";

/** Turns something that was right into something that is, most often, wrong in one place. */

const ODD_VALUES: readonly unknown[] = [
  null, true, false, 0, -0, -1, 1.5, 1e308, 2 ** 31, 2 ** 32, 2 ** 53, -(2 ** 53), "", " ", "\u0000", "\ud800", "é".repeat(300),
  "x".repeat(70_000), [], {}, [[]], [null], [{}], { "": 1 }, { $integer: "AAAAAAAAAAA=" }, { $integer: "A" }, { $float: "AAAA" },
  { $bytes: "%%" }, { $undefined: null }, { $commitTs: null }, { a: { $integer: 1 } }, { _id: "x", _creationTime: 1 },
  { toString: 1, valueOf: 2, constructor: { prototype: { polluted: 1 } } }, "__proto__", "constructor", "../../etc/passwd",
  "_system/cli/tables", "a/b/c.js:d", "seed:", ":", "a".repeat(2_000), "AAAAAAAAAAA=", "//////////8=", "NaN", "-1", "1e999",
];
const ODD_KEYS = ["__proto__", "constructor", "prototype", "$x", "_x", "", "\n", "k".repeat(1_100), "toString", "hasOwnProperty"];

/** A copy of a JSON value with one to three changes in it. */
export function mutateJson(random: Random, value: unknown): unknown {
  let result = value;
  for (let i = 0; i <= random.int(3); i++) result = change(random, result, 0);
  return result;
}

function change(random: Random, value: unknown, depth: number): unknown {
  const isContainer = typeof value === "object" && value !== null;
  if (!isContainer || depth > 6 || random.chance(0.15)) return replace(random, value);
  if (Array.isArray(value)) return changeArray(random, value, depth);
  return changeObject(random, value as Record<string, unknown>, depth);
}

function changeArray(random: Random, array: unknown[], depth: number): unknown[] {
  const copy = [...array];
  const at = random.int(copy.length + 1);
  const i = random.int(copy.length);
  switch (copy.length === 0 ? 0 : random.int(6)) {
    case 0:
      copy.splice(at, 0, random.pick(ODD_VALUES));
      break;
    case 1:
      copy.splice(i, 1);
      break;
    case 2:
      copy.splice(at, 0, random.pick(copy));
      break;
    default:
      copy[i] = change(random, copy[i], depth + 1);
  }
  return copy;
}

function changeObject(random: Random, object: Record<string, unknown>, depth: number): Record<string, unknown> {
  const copy = new Map(Object.entries(object));
  const keys = [...copy.keys()];
  if (keys.length === 0 || random.chance(0.15)) copy.set(random.pick(ODD_KEYS), random.pick(ODD_VALUES));
  else if (random.chance(0.2)) copy.delete(random.pick(keys));
  else if (random.chance(0.1)) copy.set(random.pick(keys), copy.get(random.pick(keys)));
  else {
    const key = random.pick(keys);
    copy.set(key, change(random, copy.get(key), depth + 1));
  }
  // Not Object.fromEntries: "__proto__" is to be a key of the text like any other.
  const made: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [key, entry] of copy) Object.defineProperty(made, key, { value: entry, enumerable: true, configurable: true });
  return made;
}

function replace(random: Random, value: unknown): unknown {
  if (typeof value === "number" && random.chance(0.6)) return value + random.pick([-1, 1, 0.5, 1e6, -1e6]);
  if (typeof value === "string" && value.length > 0 && random.chance(0.6)) return mutateText(random, value);
  if (random.chance(0.05)) return nested(random.pick([20, 70, 600, 3_000]));
  return random.pick(ODD_VALUES);
}

function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < levels; i++) value = i % 2 === 0 ? [value] : { a: value };
  return value;
}

/** A text with one place changed: cut, doubled, or a character put in. */
export function mutateText(random: Random, text: string): string {
  const at = random.int(text.length + 1);
  const to = Math.min(text.length, at + 1 + random.int(8));
  const odd = random.pick(["\u0000", '"', "\\", "[", "{", "}", ",", "\u2028", "😀", "%00", "%ff", "..", "//", "|", ":", "=", "&"]);
  switch (random.int(5)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return text.slice(0, at) + text.slice(to);
    case 2:
      return text.slice(0, to) + text.slice(at);
    case 3:
      return text.slice(0, at) + odd + text.slice(to);
    default:
      return text.slice(0, at) + odd.repeat(1 + random.int(3)) + text.slice(at);
  }
}

/** JSON text of a value, changed as a value or as a text. */
export function mutateJsonText(random: Random, value: unknown): string {
  if (random.chance(0.75)) {
    try {
      return JSON.stringify(mutateJson(random, value)) ?? "";
    } catch {
      return "["; // Nested too deep to be written.
    }
  }
  return mutateText(random, JSON.stringify(value));
}

/** Bytes with a few of them changed, cut or repeated. */
export function mutateBytes(random: Random, bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  for (let i = 0; i <= random.int(4) && copy.length > 0; i++) copy[random.int(copy.length)] = random.int(256);
  if (random.chance(0.2)) return copy.subarray(0, random.int(copy.length + 1));
  if (random.chance(0.1)) return Buffer.concat([copy, copy.subarray(0, random.int(copy.length + 1))]);
  return copy;
}
