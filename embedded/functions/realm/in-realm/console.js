/* oxlint-disable no-unused-expressions, unicorn/consistent-function-scoping -- the file is one function that a script calls */
// A console of this realm: every line goes to the log of the call.
(scope) => {
  const { host } = scope;
  const counts = new Map();
  const started = new Map();
  scope.resets.push(() => {
    counts.clear();
    started.clear();
  });
  const write =
    (level) =>
    (...args) =>
      host.log(level, args);
  const key = (label) => (label === undefined ? "default" : String(label));
  const elapsed = (label) => {
    const name = key(label);
    const from = started.get(name);
    if (from === undefined) {
      host.log("WARN", [`Timer '${name}' does not exist`]);
      return null;
    }
    return `${name}: ${performance.now() - from}ms`;
  };
  const say = (level, text, rest = []) => {
    if (text !== null) host.log(level, [host.raw(text), ...rest]);
  };
  const console = {
    debug: write("DEBUG"),
    error: write("ERROR"),
    info: write("INFO"),
    log: write("LOG"),
    warn: write("WARN"),
    dir: (value) => host.log("LOG", [value]),
    table: (value) => host.log("LOG", [value]),
    group: write("LOG"),
    groupCollapsed: write("LOG"),
    groupEnd() {},
    dirxml: write("LOG"),
    clear() {},
    trace(...args) {
      const lines = String(new Error().stack).split("\n").slice(1);
      host.log("TRACE", lines.length === 0 ? args : [...args, host.raw(`\n${lines.join("\n")}`)]);
    },
    assert(condition, ...args) {
      if (!condition) host.log("ERROR", [host.raw("Assertion failed"), ...args]);
    },
    count(label) {
      counts.set(key(label), (counts.get(key(label)) ?? 0) + 1);
      say("INFO", `${key(label)}: ${counts.get(key(label))}`);
    },
    countReset: (label) => void counts.delete(key(label)),
    time: (label) => void started.set(key(label), performance.now()),
    timeLog: (label, ...args) => say("INFO", elapsed(label), args),
    timeEnd(label) {
      say("INFO", elapsed(label));
      started.delete(key(label));
    },
    profile() {},
    profileEnd() {},
    timeStamp() {},
  };
  Object.defineProperty(globalThis, "console", {
    value: console,
    writable: true,
    enumerable: false,
    configurable: true,
  });
};
