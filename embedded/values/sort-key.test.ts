import { describe, expect, it } from "vitest";
import { checkValue, compareValues, encodeInt64, type Json } from "./json.ts";
import { randomValue, seededRandom } from "./random-value.ts";
import { afterPrefix, encodeKey, fieldAt } from "./sort-key.ts";

const float = (n: number): Json => {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(n);
  return { $float: bytes.toString("base64") };
};
const hex = (v: Json | undefined) => encodeKey([v]).toString("hex");

describe("order", () => {
  it("V6: types and values in order", () => {
    const minusNaN = { $float: "AAAAAAAA+P8=" };
    const ascending: (Json | undefined)[] = [
      undefined,
      null,
      encodeInt64(-(2n ** 63n)),
      encodeInt64(-129n),
      encodeInt64(-1n),
      encodeInt64(0n),
      encodeInt64(1n),
      encodeInt64(2n ** 63n - 1n),
      minusNaN,
      float(-Infinity),
      -5,
      -5e-324,
      float(-0),
      0,
      5e-324,
      1,
      float(Infinity),
      float(NaN),
      false,
      true,
      "",
      "\0",
      "a",
      "a\0",
      "a\u0001",
      "b",
      "\uffff",
      "\u{10000}",
      { $bytes: "" },
      { $bytes: "AA==" },
      { $bytes: "AAA=" },
      { $bytes: "/w==" },
      [],
      [null],
      [null, null],
      [1],
      {},
      { "": 1 },
      { "": 1, a: 1 },
      { a: 1 },
      { a: 1, b: 1 },
      { a: 2 },
      { b: 0 },
    ];
    for (let i = 0; i < ascending.length; i++) {
      for (let j = 0; j < ascending.length; j++) {
        const expected = Math.sign(i - j);
        expect([i, j, compareValues(ascending[i], ascending[j])]).toEqual([i, j, expected]);
        expect([i, j, Buffer.compare(encodeKey([ascending[i]]), encodeKey([ascending[j]]))]).toEqual([i, j, expected]);
      }
    }
  });

  it("V6: a bare -0 counts as 0", () => {
    expect(compareValues(-0, 0)).toBe(0);
    expect(hex(-0)).toBe(hex(0));
  });

  it("V7: on 2,000 random values the byte order is compareValues (seed 20250107)", () => {
    const random = seededRandom(20250107);
    const rows = Array.from({ length: 2000 }, () => {
      const row = [randomValue(random), randomValue(random)];
      row.forEach((v) => checkValue(v));
      return { row, key: encodeKey(row) };
    });
    for (let i = 0; i < rows.length; i++) {
      const a = rows[i]!;
      for (let step = 0; step < 20; step++) {
        const b = rows[Math.floor(random() * rows.length)]!;
        const expected = compareValues(a.row[0], b.row[0]) || compareValues(a.row[1], b.row[1]);
        if (Buffer.compare(a.key, b.key) !== expected) expect.fail(`${JSON.stringify(a.row)} ${JSON.stringify(b.row)}`);
      }
    }
    const byBytes = rows.toSorted((a, b) => Buffer.compare(a.key, b.key));
    const byValue = rows.toSorted((a, b) => compareValues(a.row[0], b.row[0]) || compareValues(a.row[1], b.row[1]));
    expect(byBytes.map((r) => r.key.toString("hex"))).toEqual(byValue.map((r) => r.key.toString("hex")));
  });

  it("V7: a prefix takes exactly the rows that begin with its parts (seed 3)", () => {
    const random = seededRandom(3);
    const rows = Array.from({ length: 300 }, () => [randomValue(random, 2), randomValue(random, 1)]);
    let inside = 0;
    for (const [first] of rows) {
      const from = encodeKey([first]);
      const to = afterPrefix(from);
      for (const row of rows) {
        const key = encodeKey(row);
        const within = Buffer.compare(key, from) >= 0 && Buffer.compare(key, to) < 0;
        expect(within).toBe(compareValues(row[0], first) === 0);
        if (within) inside++;
      }
    }
    expect(inside).toBeGreaterThan(rows.length);
  });

  it("V7: the string that goes on behind a zero byte is not in the prefix", () => {
    const from = encodeKey(["a"]);
    const key = encodeKey(["a\0b", 1]);
    expect(Buffer.compare(key, afterPrefix(from))).toBe(1);
    expect(Buffer.compare(encodeKey(["a", "\u{10ffff}"]), afterPrefix(from))).toBe(-1);
  });
});

describe("bytes", () => {
  it.each<[Json | undefined, string]>([
    [undefined, "01"],
    [null, "03"],
    [false, "0e"],
    [true, "0f"],
    [encodeInt64(-129n), "06ff7f"],
    [encodeInt64(-1n), "07ff"],
    [encodeInt64(0n), "08"],
    [encodeInt64(1n), "0901"],
    [encodeInt64(128n), "0a0080"],
    [encodeInt64(-(2n ** 63n)), "048000000000000000"],
    [encodeInt64(2n ** 31n), "0c0000000080000000"],
    [-1.5, "0d4007ffffffffffff"],
    [0, "0d8000000000000000"],
    [1, "0dbff0000000000000"],
    [float(NaN), "0dfff8000000000000"],
    ["a\0b", "106100ff6200"],
    [{ $bytes: "AAE=" }, "1100ff0100"],
    [[encodeInt64(1n), []], "120901120000"],
    [{ a: null, b: "x" }, "15610003620010780000"],
    [{ "": null }, "1500ff0300"],
  ])("V7: %j is %s", (v, bytes) => {
    expect(hex(v)).toBe(bytes);
  });

  it("V9: the commit timestamp placeholder sorts as the largest int64", () => {
    expect(hex({ $commitTs: null })).toBe(hex(encodeInt64(2n ** 63n - 1n)));
    expect(compareValues({ $commitTs: null }, encodeInt64(2n ** 63n - 1n))).toBe(0);
  });

  it("V7: long values grow the work space and keys stay apart", () => {
    const long = "é\0".repeat(20_000);
    const first = encodeKey([long, [long]]);
    const copy = Buffer.from(first);
    encodeKey(["z".repeat(100_000)]);
    expect(first.equals(copy)).toBe(true);
    expect(Buffer.compare(encodeKey([`${long}a`]), encodeKey([`${long}b`]))).toBe(-1);
  });
});

describe("fieldAt", () => {
  it("V7: paths are dotted; what is not there is undefined", () => {
    const doc = { a: { b: { c: 1 } }, n: encodeInt64(1n), list: [1], s: "x" };
    expect(fieldAt(doc, "a.b.c")).toBe(1);
    expect(fieldAt(doc, "a.b")).toEqual({ c: 1 });
    for (const path of ["z", "a.z", "a.b.c.d", "s.length", "list.0", "constructor", "a.toString"]) {
      expect([path, fieldAt(doc, path)]).toEqual([path, undefined]);
    }
  });
});
