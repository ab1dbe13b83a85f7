import { Script } from "node:vm";
import { describe, expect, it } from "vitest";
import { instrument } from "./instrument.ts";

const HELPER = `var d = Object.defineProperty;
var n = (f, text) => d(f, "name", { value: text, configurable: true });
`;

/** The text a module becomes, and what it exports. */
function run(module: string): { text: string; exports: Record<string, unknown> } {
  const made = instrument(module);
  if ("refused" in made) throw new Error(made.refused);
  const exports = {};
  const body = new Script(made.code).runInThisContext() as (...given: unknown[]) => void;
  body(exports, () => ({}), { exports }, { on: false, caught: () => undefined });
  return { text: made.code, exports };
}

const isReplaced = ({ text }: { text: string }) => text.includes('(0,{"');

describe("F30: functions that the bundler's helper names", () => {
  it("F30: are the same in the form that can be sealed: name and its flags, this, text, errors' frames", () => {
    const module = `${HELPER}
      exports.make = function (at) {
        return [n((by) => at + by, "add"), n((function () { return this; }), "own this"), n(async () => { throw new Error("x"); }, "fails"),
          n(() => n(() => 1, "inner"), "outer"), n(
            function* () {}, "0")];
      };`;
    const made = run(module);
    expect(isReplaced(made)).toBe(true);
    expect(made.text.split("\n")).toHaveLength(module.split("\n").length + 1);
    const list = (made.exports["make"] as (at: number) => ((...given: unknown[]) => unknown)[])(1);
    expect(list.map((f) => Object.getOwnPropertyDescriptor(f, "name"))).toEqual(
      ["add", "own this", "fails", "outer", "0"].map((value) => ({ value, writable: false, enumerable: false, configurable: true })),
    );
    expect(list.map((f) => Object.getOwnPropertyNames(f).slice(0, 2))).toEqual(list.map(() => ["length", "name"]));
    const [add, ownThis] = list;
    expect([add!(2), ownThis!(), String(add)]).toEqual([3, undefined, "(by) => at + by"]);
    expect((list[3]!() as () => unknown).name).toBe("inner");
  });

  it("F30: that are called at once have the same this", () => {
    const { exports, text } = run(`${HELPER} exports.it = () => n(function () { return this; }, "it")();`);
    expect(isReplaced({ text })).toBe(true);
    expect((exports["it"] as () => unknown)()).toBeUndefined();
  });

  it("F30: and have a name of their own, are classes, or get a name that is no plain property are left to the helper", () => {
    const made = run(`${HELPER} const key = "k";
      exports.list = () => [n(function own() {}, "a"), n(class {}, "b"), n(() => 1, "__proto__"), n(() => 1, key), n(...[() => 1, "c"])];`);
    expect(isReplaced(made)).toBe(false);
    expect((made.exports["list"] as () => { name: string }[])().map(({ name }) => name)).toEqual(["a", "b", "__proto__", "k", "c"]);
  });

  it("F30: and those in which others are assigned, or that the module makes once, are left to the helper", () => {
    const made = run(`${HELPER} exports.once = n(() => 1, "once"); exports.make = () => n((o) => { o.run = () => 1; return o; }, "make");`);
    expect(isReplaced(made)).toBe(false);
  });

  it.each([
    ["another value", `var d = Object.defineProperty; var n = (f, t) => d(f, "name", { value: t + "!", configurable: true });`],
    ["another property", `var d = Object.defineProperty; var n = (f, t) => d(f, "title", { value: t, configurable: true });`],
    ["another flag", `var d = Object.defineProperty; var n = (f, t) => d(f, "name", { value: t, enumerable: true });`],
    ["another function", `var d = Reflect.defineProperty; var n = (f, t) => d(f, "name", { value: t, configurable: true });`],
    ["an Object of its own", `var Object = { defineProperty: (f) => f }; var d = Object.defineProperty; var n = (f, t) => d(f, "name", { value: t, configurable: true });`],
    ["a helper that is replaced", `${HELPER} n = (f) => f;`],
    ["a shadowed helper", `${HELPER} var use = (n) => n(() => 1, "x"); exports.used = use((f) => f);`],
  ])("F30: a function that only looks like the helper is called: %s", (_, text) => {
    const extra = text.includes("use(") ? "" : `exports.made = () => n(() => 1, "x");`;
    expect(isReplaced(run(`${text} ${extra}`))).toBe(false);
  });
});
