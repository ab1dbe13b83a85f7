import { v, type GenericValidator } from "convex/values";
import { describe, expect, it } from "vitest";
import { encodeId } from "./ids.ts";
import { encodeInt64, type Json } from "./json.ts";
import { isSubset, parseValidator, validate, type ValidatorJson } from "./validators.ts";

/** Validators as real code writes them, through the SDK's own export. */
const of = (validator: GenericValidator): ValidatorJson =>
  parseValidator((validator as unknown as { json: unknown }).json);
/** Not yet among the public types of the SDK. */
const commitTs = () => (v as unknown as { commitTs(): GenericValidator }).commitTs();

const TABLES = { nameOf: (n: number) => ({ 10001: "users", 10002: "posts" })[n] };
const user = encodeId(10001, Buffer.alloc(16, 1));
const post = encodeId(10002, Buffer.alloc(16, 2));
const stranger = encodeId(10099, Buffer.alloc(16, 3));
const NAN = { $float: "AAAAAAAA+H8=" };

const passes = (validator: GenericValidator, value: Json | undefined) =>
  validate(of(validator), value, TABLES) === null;

const one = v.object({ kind: v.literal("a"), n: v.number() });
const told = v.union(one, v.object({ kind: v.literal("b"), s: v.string() }), v.object({ kind: v.literal("b"), s: v.null() }));

describe("validate", () => {
  it.each<[string, GenericValidator, Json[], (Json | undefined)[]]>([
    ["null", v.null(), [null], [undefined, 0, false, {}]],
    ["number", v.number(), [0, -1.5, NAN], [encodeInt64(1n), "1", null, true]],
    ["int64", v.int64(), [encodeInt64(1n), { $commitTs: null }], [1, NAN, { a: 1 }]],
    ["commitTs", commitTs(), [encodeInt64(1n), { $commitTs: null }], [1, null]],
    ["boolean", v.boolean(), [true, false], [0, null, "true"]],
    ["string", v.string(), ["", "x"], [1, null, ["x"]]],
    ["bytes", v.bytes(), [{ $bytes: "AA==" }], ["AA==", { b: 1 }]],
    ["any", v.any(), [null, 1, [], {}, encodeInt64(1n)], [undefined]],
    ["literal", v.literal("a"), ["a"], ["b", 1, undefined]],
    ["bigint literal", v.literal(5n), [encodeInt64(5n)], [5, encodeInt64(6n)]],
    ["array", v.array(v.string()), [[], ["a"]], [["a", 1], {}, "a", null]],
    ["union", v.union(v.string(), v.null()), ["a", null], [1, undefined]],
    ["empty union", v.union(), [], [null, 1]],
    ["union told apart by a field", told, [{ kind: "a", n: 1 }, { kind: "b", s: "" }, { kind: "b", s: null }], [
      { kind: "a", s: "" },
      { kind: "b", n: 1 },
      { kind: "c" },
      { kind: 1 },
      { kind: ["a"], n: 1 },
      { n: 1 },
      {},
      [],
      NAN,
      "a",
      null,
      undefined,
    ]],
    ["union of which one member may lack the field", v.union(one, v.object({ kind: v.optional(v.literal("b")) })), [
      { kind: "a", n: 1 },
      { kind: "b" },
      {},
    ], [{ kind: "a" }, { kind: "b", n: 1 }]],
    ["union with names of Object.prototype", v.union(v.object({ kind: v.literal("toString") }), one), [
      { kind: "toString" },
    ], [{ kind: "constructor" }, {}]],
    ["id", v.id("users"), [user], [post, stranger, "users", "", 1]],
    ["object", v.object({ a: v.string(), b: v.optional(v.number()) }), [{ a: "x" }, { a: "x", b: 1 }], [
      {},
      { a: "x", c: 1 },
      { a: "x", b: null },
      [],
      NAN,
      null,
    ]],
    ["object with names of Object.prototype", v.object({ constructor: v.string() }), [{ constructor: "x" }], [{}]],
    ["empty object", v.object({}), [{}], [{ toString: 1 }, NAN, []]],
    ["record", v.record(v.string(), v.number()), [{}, { a: 1 }], [{ a: "x" }, [], NAN]],
    ["record of ids", v.record(v.id("users"), v.any()), [{ [user]: 1 }], [{ [post]: 1 }, { a: 1 }]],
  ])("V12: %s", (_name, validator, good, bad) => {
    for (const value of good) expect([value, passes(validator, value)]).toEqual([value, true]);
    for (const value of bad) expect([value, passes(validator, value)]).toEqual([value, false]);
  });

  it("V14: a mismatch deep inside names the path, the value and the validator", () => {
    const validator = v.object({ list: v.array(v.object({ "odd name": v.string() })) });
    expect(validate(of(validator), { list: [{ "odd name": "x" }, { "odd name": 3 }] }, TABLES)).toBe(
      "Value does not match validator.\nPath: .list[1].odd name\nValue: 3.0\nValidator: v.string()",
    );
  });

  it("V14: what fits no member of a union is shown with the whole union, whichever member it names", () => {
    const validator = "v.union(v.object({kind: v.literal(\"a\"), n: v.float64()}), v.object({kind: v.literal(\"b\"), s: v.string()}), v.object({kind: v.literal(\"b\"), s: v.null()}))";
    for (const [value, text] of [[{ kind: "a" }, '{kind: "a"}'], [{ kind: "z" }, '{kind: "z"}'], [null, "null"]] as const) {
      const problem = validate(of(told), value, TABLES);
      expect(problem).toBe(`Value does not match validator.\n\nValue: ${text}\nValidator: ${validator}`);
    }
  });

  it("V14: missing and unknown fields", () => {
    const validator = v.object({ a: v.string(), b: v.optional(v.int64()) });
    expect(validate(of(validator), {}, TABLES)).toBe(
      "Object is missing the required field `a`. Consider wrapping the field validator in `v.optional(...)` if " +
        "this is expected.\n\nObject: {}\nValidator: v.object({a: v.string(), b: v.optional(v.int64())})",
    );
    expect(validate(of(v.object({ o: validator })), { o: { a: "x", c: true } }, TABLES)).toBe(
      "Object contains extra field `c` that is not in the validator.\nPath: .o\n" +
        'Object: {a: "x", c: true}\nValidator: v.object({a: v.string(), b: v.optional(v.int64())})',
    );
  });

  it("V14: an id of another table names that table", () => {
    expect(validate(of(v.id("users")), post, TABLES)).toBe(
      `Found ID "${post}" from table \`posts\`, which does not match the table name in validator \`v.id("users")\`.`,
    );
    expect(validate(of(v.object({ of: v.id("users") })), { of: post }, TABLES)).toMatch(/`v\.id\("users"\)`\.Path: \.of$/);
    expect(validate(of(v.id("users")), "nobody", TABLES)).toContain("Value does not match validator.");
  });

  it("V14: every kind of value and validator can be shown", () => {
    const text = validate(
      of(v.union(v.literal(1), v.record(v.string(), v.bytes()), v.array(v.any()), v.null(), v.boolean(), v.float64())),
      { a: [encodeInt64(2n), NAN, { $bytes: "AA==" }, null, "q\"", 1.5, { $float: "AAAAAAAAAIA=" }] },
      TABLES,
    );
    expect(text).toContain('Value: {a: [2, NaN, b"AA==", null, "q\\"", 1.5, -0.0]}');
    expect(text).toContain(
      "Validator: v.union(v.literal(1.0), v.record(v.string(), v.bytes()), v.array(v.any()), v.null(), v.boolean(), " +
        "v.float64())",
    );
  });

  it("V14: literals, records and values at the top are told as Convex tells them", () => {
    const text = (validator: GenericValidator, value: Json) => validate(of(validator), value, TABLES);
    expect(text(v.literal("a"), "b")).toBe('`"b"` does not match literal validator `v.literal("a")`.');
    expect(text(v.object({ k: v.literal(3n) }), { k: 3 })).toBe(
      "`3.0` does not match literal validator `v.literal(<bigint>)`.Path: .k",
    );
    expect(text(v.record(v.string(), v.number()), { a: "x" })).toContain("\nPath: .values()\nValue: ");
    expect(text(v.record(v.id("users"), v.any()), { a: 1 })).toContain('\nPath: .keys()\nValue: "a"\n');
    expect(text(v.string(), 1)).toBe("Value does not match validator.\n\nValue: 1.0\nValidator: v.string()");
  });

  it("V14: the first field by name is told, and objects are shown with sorted names", () => {
    const validator = v.object({ z: v.string(), a: v.string() });
    expect(validate(of(validator), { z: 1, a: 2 }, TABLES)).toContain("Path: .a\n");
    expect(validate(of(validator), { z: "", q: 1, a: "", b: 1 }, TABLES)).toBe(
      'Object contains extra field `b` that is not in the validator.\n\nObject: {a: "", b: 1.0, q: 1.0, z: ""}\n' +
        "Validator: v.object({a: v.string(), z: v.string()})",
    );
  });

  it("V14: large values are cut", () => {
    const large = Array.from({ length: 8000 }, () => "x".repeat(100));
    expect(validate(of(v.string()), large, TABLES)!.length).toBeLessThan(2200);
    expect(validate(of(v.number()), "y".repeat(1_000_000), TABLES)!.length).toBeLessThan(2200);
  });
});

describe("isSubset", () => {
  const opt = v.object({ a: v.optional(v.string()) });
  const req = v.object({ a: v.string() });
  it.each<[string, GenericValidator, GenericValidator, boolean]>([
    ["same scalar", v.string(), v.string(), true],
    ["other scalar", v.string(), v.number(), false],
    ["any takes all", req, v.any(), true],
    ["any is in nothing else", v.any(), v.string(), false],
    ["id in string", v.id("users"), v.string(), true],
    ["string in id", v.string(), v.id("users"), false],
    ["another id", v.id("users"), v.id("posts"), false],
    ["literal in its type", v.literal("a"), v.string(), true],
    ["literal in another type", v.literal("a"), v.number(), false],
    ["wider union", v.union(v.literal("a"), v.null()), v.union(v.null(), v.string()), true],
    ["narrower union", v.union(v.string(), v.null()), v.string(), false],
    ["array", v.array(v.literal(1)), v.array(v.number()), true],
    ["required in optional", req, opt, true],
    ["optional in required", opt, req, false],
    ["new optional field", req, v.object({ a: v.string(), b: v.optional(v.any()) }), true],
    ["new required field", req, v.object({ a: v.string(), b: v.any() }), false],
    ["field removed", v.object({ a: v.string(), b: v.any() }), req, false],
    ["object in record", req, v.record(v.string(), v.string()), true],
    ["record in object", v.record(v.string(), v.string()), req, false],
    ["record values", v.record(v.string(), v.literal(1)), v.record(v.string(), v.number()), true],
    ["commitTs in int64", commitTs(), v.int64(), true],
  ])("V12: %s", (_name, a, b, expected) => {
    expect(isSubset(of(a), of(b))).toBe(expected);
  });
});

const ANY = { type: "any" };

describe("parseValidator", () => {
  it.each<[unknown, string]>([
    [null, "validator: it is not an object"],
    [{ type: "date" }, 'unknown type "date"'],
    [{ type: "id" }, "an id needs a table name"],
    [{ type: "literal", value: { $integer: "x" } }, "$integer must be"],
    [{ type: "literal" }, "undefined is not"],
    [{ type: "union", value: {} }, "a union needs a list"],
    [{ type: "array", value: { type: "x" } }, 'validator[]: unknown type "x"'],
    [{ type: "object", value: { $a: { fieldType: ANY, optional: false } } }, "$a starts with a '$'"],
    [{ type: "object", value: { a: { fieldType: ANY, optional: 1 } } }, "validator.a: optional is not a boolean"],
    [{ type: "record", keys: { type: "string" }, values: { fieldType: ANY, optional: true } }, "cannot be optional"],
  ])("V13: %j is refused", (json, text) => {
    expect(() => parseValidator(json)).toThrow(text);
  });

  it("V13: endless nesting is refused, not a crash", () => {
    let json: unknown = { type: "any" };
    for (let i = 0; i < 5000; i++) json = { type: "array", value: json };
    expect(() => parseValidator(json)).toThrow(/nested more than/);
  });

  it("V13: members that do not belong are dropped", () => {
    expect(parseValidator({ type: "string", extra: 1 })).toEqual({ type: "string" });
  });
});
