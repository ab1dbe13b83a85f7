import { encodeInt64, setOwn, type Json, type JsonObject } from "./encoding.ts";

/** A small seeded generator of numbers in [0, 1): the same seed gives the same row. For tests. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const ASCII = ["", "\0", "a", "a\0", "a\0b", "a\u0001", "ab", "b"];
const STRINGS = [...ASCII, "é", "\ud7ff", "\ue000", "\uffff", "\u{10000}", "\u{10ffff}"];
const NUMBERS = [0, 1, -1, 0.5, -1.5, 2 ** 53, -(2 ** 53), 1e308, -1e308, 5e-324, -5e-324];
const SPECIALS = [NaN, Infinity, -Infinity, -0];
const EDGES = [0n, 1n, 127n, 128n, 32767n, 32768n, 2n ** 31n - 1n, 2n ** 31n, 2n ** 63n - 1n];
const NAMES = ["", " ", "a", "aa", "b", "10", "9", "__proto__", "constructor", "~"];

/** For tests: a random legal value that dwells on borders such as escapes, integer widths, surrogates, empty things. */
export function randomValue(random: () => number, depth = 3): Json {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  switch (Math.floor(random() * (depth > 0 ? 10 : 8))) {
    case 0:
      return null;
    case 1:
      return random() < 0.5;
    case 2: {
      const edge = pick(EDGES);
      return encodeInt64(random() < 0.5 ? edge : -edge - 1n);
    }
    case 3:
      return encodeInt64(BigInt.asIntN(64, BigInt(Math.floor(random() * 2 ** 53)) << BigInt(pick([0, 5, 11]))));
    case 4:
      return random() < 0.5 ? pick(NUMBERS) : (random() - 0.5) * 1000;
    case 5: {
      const bytes = Buffer.alloc(8);
      bytes.writeDoubleLE(pick(SPECIALS));
      if (random() < 0.2) bytes[7] = bytes[7]! | 0x80;
      const n = bytes.readDoubleLE();
      return Object.is(n, 0) ? 0 : { $float: bytes.toString("base64") };
    }
    case 6:
      return pick(STRINGS) + (random() < 0.3 ? pick(STRINGS) : "") + (random() < 0.1 ? "x".repeat(70) : "");
    case 7: {
      const bytes = Buffer.from(Array.from({ length: Math.floor(random() * 4) }, () => pick([0, 1, 255, 97])));
      return { $bytes: bytes.toString("base64") };
    }
    case 8:
      return Array.from({ length: Math.floor(random() * 4) }, () => randomValue(random, depth - 1));
    default: {
      const object: JsonObject = {};
      for (let i = Math.floor(random() * 4); i > 0; i--) setOwn(object, pick(NAMES), randomValue(random, depth - 1));
      return object;
    }
  }
}
