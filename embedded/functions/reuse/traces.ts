/**
 * For tests: ways in which a function could leave something behind for the next call. Each is a module whose `run` tells
 * what it finds and then leaves a trace; `kept` says what the server makes of it.
 *
 * - `sealed`: the realm serves the next call, everything was put back
 * - `repeated`: the call ran into a frozen object and is run again in a fresh realm
 * - `fresh`: the module cannot be sealed at all
 */
export interface Trace {
  kept: "sealed" | "repeated" | "fresh";
  /** Before the function. */
  state: string;
  /** The body of `run`; returns what it found. */
  run: string;
}

export const traces: Record<string, Trace> = {
  variable: { kept: "sealed", state: "let n = 0;", run: "return ++n;" },
  lazyValue: { kept: "sealed", state: "let made; const get = () => (made ??= { at: Math.random() });", run: "const had = made === undefined; get(); return had;" },
  factory: {
    kept: "sealed",
    state: "const counter = (() => { let n = 0; return { next: () => ++n }; })();",
    run: "return counter.next();",
  },
  curried: { kept: "sealed", state: "const add = ((n) => (by) => (n += by))(0);", run: "return add(2);" },
  defaultArgument: { kept: "sealed", state: "const next = (function (n = 0, up = () => ++n) { return up; })();", run: "return next();" },
  loopVariable: {
    kept: "sealed",
    state: "const ups = []; for (let i = 0; i < 3; i++) ups.push(() => ++i); for (const x of [5]) { let y = x; ups.push(() => ++y); }",
    run: "return ups.map((up) => up());",
  },
  switchVariable: {
    kept: "sealed",
    state: "const up = ((kind) => { switch (kind) { case 1: let n = 0; return () => ++n; default: return null; } })(1);",
    run: "return up();",
  },
  caughtVariable: { kept: "sealed", state: "let up; try { throw 1; } catch (n) { up = () => ++n; }", run: "return up();" },
  argumentsObject: {
    kept: "repeated",
    state: "const list = (function () { return () => arguments; })([]);",
    run: "list()[0].push(1); return list()[0].length;",
  },
  thisOfArrow: {
    kept: "repeated",
    state: "function Box() { this.n = 0; return { up: () => ++this.n }; } const box = new Box();",
    run: "return box.up();",
  },
  staticField: { kept: "repeated", state: "class A { static n = 0; }", run: "return ++A.n;" },
  staticBlock: { kept: "sealed", state: "let up; class A { static { let n = 0; up = () => ++n; } }", run: "return up();" },
  privateField: { kept: "sealed", state: "class A { #n = 0; up() { return ++this.#n; } } const a = new A();", run: "return a.up();" },
  privateStatic: { kept: "sealed", state: "class A { static #n = 0; static up() { return ++A.#n; } }", run: "return A.up();" },
  property: { kept: "repeated", state: "const box = { n: 0 };", run: "return ++box.n;" },
  deepProperty: { kept: "repeated", state: "const box = { a: [{ get b() { return hidden; } }] }; const hidden = { n: 0 };", run: "return ++box.a[0].b.n;" },
  newProperty: { kept: "repeated", state: "const box = {};", run: "const had = 'x' in box; box.x = 1; return had;" },
  deletedProperty: { kept: "repeated", state: "const box = { x: 1 };", run: "const had = 'x' in box; delete box.x; return had;" },
  array: { kept: "repeated", state: "const list = [];", run: "return list.push(1);" },
  functionProperty: { kept: "repeated", state: "const f = () => 1;", run: "f.n = (f.n ?? 0) + 1; return f.n;" },
  symbolProperty: { kept: "repeated", state: "const key = Symbol('n'); const box = { [key]: { n: 0 } };", run: "return ++box[key].n;" },
  prototype: { kept: "repeated", state: "class A {}", run: "A.prototype.n = (A.prototype.n ?? 0) + 1; return A.prototype.n;" },
  swallowed: { kept: "repeated", state: "const box = {};", run: "try { box.x = (box.x ?? 0) + 1; } catch { return 'noticed'; } return box.x;" },
  swallowedNamed: { kept: "repeated", state: "const box = {};", run: "try { box.x = (box.x ?? 0) + 1; } catch (e) { return e.message; } return box.x;" },
  swallowedByPromise: {
    kept: "repeated",
    state: "const box = {};",
    run: "await (async () => { box.x = (box.x ?? 0) + 1; })().catch(() => null); return box.x ?? null;",
  },
  swallowedByAllSettled: {
    kept: "repeated",
    state: "const box = {};",
    run: "const [r] = await Promise.allSettled([(async () => { box.x = 1; return 1; })()]); return r.status;",
  },
  reflected: { kept: "repeated", state: "const box = {};", run: "const ok = Reflect.set(box, 'x', 1); return ok;" },
  reflectedDefine: { kept: "repeated", state: "const box = {};", run: "return Reflect.defineProperty(box, 'x', { value: 1 });" },
  askedForFrozen: { kept: "repeated", state: "const box = {};", run: "return Object.isFrozen(box);" },
  map: { kept: "sealed", state: "const seen = new Map([['a', 1]]);", run: "seen.set('a', seen.get('a') + 1); seen.set('b', 1); return [...seen];" },
  mapCleared: { kept: "sealed", state: "const seen = new Map([['a', 1], ['b', 2]]);", run: "const found = [...seen]; seen.clear(); return found;" },
  set: { kept: "sealed", state: "const seen = new Set([3, 1, 2]);", run: "const found = [...seen]; seen.delete(1); seen.add(1); seen.add(9); return found;" },
  mapPrototype: { kept: "sealed", state: "const seen = new Map();", run: "Map.prototype.set.call(seen, 'a', 1 + (seen.get('a') ?? 0)); return seen.get('a');" },
  subclassedMap: { kept: "sealed", state: "class Seen extends Map { note(k) { this.set(k, (this.get(k) ?? 0) + 1); return this.get(k); } } const seen = new Seen();", run: "return seen.note('a');" },
  weakMap: { kept: "sealed", state: "const key = {}; const seen = new WeakMap();", run: "seen.set(key, (seen.get(key) ?? 0) + 1); return seen.get(key);" },
  weakMapValue: { kept: "repeated", state: "const key = {}; const seen = new WeakMap([[key, { n: 0 }]]);", run: "return ++seen.get(key).n;" },
  weakSet: { kept: "sealed", state: "const key = {}; const seen = new WeakSet();", run: "const had = seen.has(key); seen.add(key); return had;" },
  weakMapOfBuiltin: { kept: "sealed", state: "const seen = new WeakMap();", run: "seen.set(Math, (seen.get(Math) ?? 0) + 1); return seen.get(Math);" },
  weakSetOfGlobals: { kept: "sealed", state: "const seen = new WeakSet();", run: "const had = seen.has(globalThis); seen.add(globalThis); return had;" },
  weakSetOfHost: { kept: "sealed", state: "const seen = new WeakSet();", run: "const had = seen.has(URL); seen.add(URL); return had;" },
  date: { kept: "sealed", state: "const date = new Date(1000);", run: "date.setTime(date.getTime() + 1); return date.getTime();" },
  pattern: { kept: "sealed", state: "const word = /a/g;", run: "return word.test('aa') && word.lastIndex;" },
  bytes: { kept: "sealed", state: "const bytes = new Uint8Array(4);", run: "return ++bytes[1];" },
  buffer: { kept: "sealed", state: "const buffer = new ArrayBuffer(4);", run: "const view = new DataView(buffer); view.setInt8(0, view.getInt8(0) + 1); return view.getInt8(0);" },
  global: { kept: "sealed", state: "", run: "globalThis.n = (globalThis.n ?? 0) + 1; return globalThis.n;" },
  globalReplaced: { kept: "sealed", state: "const own = Date;", run: "const same = Date === own; globalThis.Date = class {}; return same;" },
  globalDeleted: { kept: "sealed", state: "", run: "const had = 'process' in globalThis; delete globalThis.process; return had;" },
  globalRedefined: {
    kept: "sealed",
    state: "",
    run: "const { writable } = Object.getOwnPropertyDescriptor(globalThis, 'fetch'); Object.defineProperty(globalThis, 'fetch', { writable: false }); return writable;",
  },
  globalSymbol: { kept: "sealed", state: "const key = Symbol.for('n');", run: "const had = key in globalThis; globalThis[key] = 1; return had;" },
  globalHidden: {
    kept: "sealed",
    state: "",
    run: "const had = 'n' in globalThis; Object.defineProperty(globalThis, 'n', { value: 1, configurable: true }); return had;",
  },
  globalHiddenByProxy: {
    kept: "sealed",
    state: "",
    run: "const had = 'n' in globalThis; Object.defineProperty(new Proxy(globalThis, {}), 'n', { value: 1, configurable: true }); return had;",
  },
  globalHiddenByRevocable: {
    kept: "sealed",
    state: "",
    run: "const had = 'n' in globalThis; Object.defineProperty(Proxy.revocable(globalThis, {}).proxy, 'n', { value: 1, configurable: true }); return had;",
  },
  globalFlagsByProxy: {
    kept: "sealed",
    state: "",
    run: "const { writable } = Object.getOwnPropertyDescriptor(globalThis, 'fetch'); Object.defineProperty(new Proxy(globalThis, {}), 'fetch', { writable: false }); return writable;",
  },
  globalProxyKept: {
    kept: "fresh",
    state: "const globals = new Proxy(globalThis, {});",
    run: "const had = 'n' in globalThis; Object.defineProperty(globals, 'n', { value: 1, configurable: true }); return had;",
  },
  globalStack: { kept: "sealed", state: "", run: "const had = 'stack' in globalThis; Error.captureStackTrace(globalThis); return had;" },
  globalSwapped: {
    kept: "sealed",
    state: "",
    run: "const had = [typeof performance, 'n' in globalThis]; delete globalThis.performance; globalThis.n = 1; return had;",
  },
  globalByReceiver: { kept: "sealed", state: "", run: "const had = 'n' in globalThis; Reflect.set({}, 'n', 1, globalThis); return had;" },
  globalByField: {
    kept: "sealed",
    state: "class Base { constructor() { return globalThis; } }",
    run: "const had = 'n' in globalThis; class Sub extends Base { n = 1; } new Sub(); return had;",
  },
  globalByList: {
    kept: "sealed",
    state: "",
    run: "const had = 0 in globalThis; Array.from.call(function () { return globalThis; }, ['a']); return had;",
  },
  globalPrototype: {
    kept: "sealed",
    state: "",
    run: "const had = 'inherited' in globalThis; try { Object.setPrototypeOf(globalThis, { inherited: 1 }); } catch {} return had;",
  },
  globalPrototypeProperty: {
    kept: "repeated",
    state: "",
    run: "const had = 'inherited' in globalThis; Object.getPrototypeOf(globalThis).inherited = 1; return had;",
  },
  flagsOfOwn: { kept: "sealed", state: "const own = { n: 1 };", run: "return Object.getOwnPropertyDescriptor(own, 'n').writable;" },
  flagsOfOwnList: { kept: "sealed", state: "class Own { m() {} }", run: "return Object.getOwnPropertyDescriptors(Own.prototype).m.configurable;" },
  flagsOfFixed: {
    kept: "sealed",
    state: "const own = Object.defineProperty({}, 'n', { value: 1 });",
    run: "return [Object.getOwnPropertyDescriptor(own, 'n'), Object.getOwnPropertyDescriptor(Math, 'PI'), Reflect.getOwnPropertyDescriptor(own, 'm') ?? null];",
  },
  flagsOfBuiltin: { kept: "sealed", state: "", run: "return Reflect.getOwnPropertyDescriptor(Map.prototype, 'get').writable;" },
  builtinReplaced: { kept: "sealed", state: "const own = Math.random;", run: "const same = Math.random === own; Math.random = () => 4; return same;" },
  builtinRarelyReplaced: {
    kept: "repeated",
    state: "const own = Math.cbrt;",
    run: "const same = Math.cbrt === own; Math.cbrt = () => 4; return same;",
  },
  builtinStatic: {
    kept: "repeated",
    state: "const own = Object.is;",
    run: "const same = Object.is === own; try { Object.is = () => true; } catch { return 'noticed'; } return same;",
  },
  builtinReflected: { kept: "repeated", state: "", run: "return Reflect.set(Math, 'sin', Math.sin);" },
  builtinReceiver: { kept: "repeated", state: "", run: "return Reflect.set({}, 'n', 1, Math);" },
  builtinAskedForFrozen: { kept: "repeated", state: "", run: "return Object.isFrozen(Math.abs);" },
  builtinFlags: {
    kept: "sealed",
    state: "",
    run: "return [Object.getOwnPropertyDescriptor(JSON, 'parse').writable, Object.getOwnPropertyDescriptor(Object, 'keys').configurable, Object.getOwnPropertyDescriptor(queueMicrotask, 'name').configurable];",
  },
  mathCopied: {
    kept: "sealed",
    state: "",
    run: "const own = Object.create(Object.getPrototypeOf(Math), Object.getOwnPropertyDescriptors(Math)); own.random = () => 4; own.sin = () => 5; return [own.random(), own.sin(0)];",
  },
  consoleReplaced: { kept: "sealed", state: "const own = console.log;", run: "const same = console.log === own; console.log = () => 4; return same;" },
  dateReplaced: { kept: "sealed", state: "const own = Date.now;", run: "const same = Date.now === own; Date.now = () => 4; return same;" },
  prototypeReplaced: { kept: "sealed", state: "const own = Array.prototype.map;", run: "const same = [].map === own; Array.prototype.map = () => 4; return same;" },
  subclassByHand: {
    kept: "sealed",
    state: "",
    run: "function Day() {} Day.prototype = Object.create(Date.prototype); Day.prototype.constructor = Day; return new Day() instanceof Date;",
  },
  prototypeExtended: { kept: "repeated", state: "", run: "const had = 'last' in Array.prototype; Array.prototype.last = 1; return had;" },
  stackTrace: { kept: "sealed", state: "", run: "const found = Error.stackTraceLimit; Error.stackTraceLimit = 3; return found;" },
  consoleCount: { kept: "sealed", state: "", run: "console.count('a'); return null;" },
  boundArgument: { kept: "repeated", state: "const up = function (box) { return ++box.n; }.bind(null, { n: 0 });", run: "return up();" },
  proxyTarget: { kept: "repeated", state: "const box = new Proxy({ n: 0 }, {});", run: "return ++box.n;" },
  proxyHandler: {
    kept: "sealed",
    state: "let asked = 0; const box = new Proxy({}, { get: () => ++asked });",
    run: "return box.anything;",
  },
  accessor: { kept: "sealed", state: "const box = (() => { let n = 0; return { get n() { return n; }, set n(v) { n = v; } }; })();", run: "return ++box.n;" },
  generator: { kept: "fresh", state: "const numbers = (function* () { for (let i = 0; ; i++) yield i; })();", run: "return numbers.next().value;" },
  arrayIterator: { kept: "fresh", state: "const numbers = [1, 2, 3, 4, 5, 6, 7, 8, 9].values();", run: "return numbers.next().value;" },
  promise: { kept: "fresh", state: "const ready = Promise.resolve({ n: 0 });", run: "return ++(await ready).n;" },
  weakRef: { kept: "fresh", state: "const box = { n: 0 }; const ref = new WeakRef(box);", run: "return ref.deref() === box && ++box.n;" },
  hostObject: { kept: "fresh", state: "const params = new URLSearchParams();", run: "params.append('a', '1'); return params.size;" },
  directEval: { kept: "fresh", state: "const up = eval('let n = 0; () => ++n');", run: "return up();" },
  madeFromText: { kept: "fresh", state: "const up = new Function('let n = 0; return () => ++n')();", run: "return up();" },
  paused: { kept: "sealed", state: "let go; let n = 0; (async () => { await new Promise((done) => { go = done; }); n++; })();", run: "const found = n; go(); await null; await null; return found;" },
  untouched: { kept: "sealed", state: "const table = { a: [1, 2, 3], b: new Map([[1, { c: 2 }]]) };", run: "return [table.a.map((x) => x + 1), table.b.get(1).c, Date.now() > 0];" },
};
