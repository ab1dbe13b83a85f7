/* oxlint-disable no-unused-expressions, unicorn/consistent-function-scoping -- the file is one function that a script calls */
// In transactions and while modules are looked at, time stands still and chance comes from a seed.
(scope) => {
  const { host, define } = scope;
  const perform = (now) => ({ now, timeOrigin: 0, mark() {}, measure() {}, clearMarks() {}, clearMeasures() {} });
  if (scope.mode === "action") {
    globalThis.performance = { ...perform(() => host.performanceNow()), timeOrigin: host.timeOrigin };
    return;
  }

  const NativeDate = Date;
  function FrozenDate(...args) {
    if (new.target === undefined) return new NativeDate(host.now()).toString();
    return Reflect.construct(NativeDate, args.length === 0 ? [host.now()] : args, new.target);
  }
  define(FrozenDate, "name", "Date");
  define(FrozenDate, "length", 7);
  define(FrozenDate, "now", function now() {
    return host.now();
  });
  define(FrozenDate, "parse", NativeDate.parse);
  define(FrozenDate, "UTC", NativeDate.UTC);
  Object.defineProperty(FrozenDate, "prototype", { value: NativeDate.prototype, writable: false });
  define(NativeDate.prototype, "constructor", FrozenDate);
  define(globalThis, "Date", FrozenDate);

  define(Math, "random", function random() {
    return host.random();
  });
  globalThis.performance = perform(() => host.performanceNow());
};
