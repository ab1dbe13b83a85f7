/* oxlint-disable no-unused-expressions, unicorn/consistent-function-scoping -- the file is one function that a script calls */
// The `Convex` object that the SDK calls, the loading of modules, and what the host drives a call with.
(scope) => {
  const { host, define, makeError } = scope;
  const queued = scope.mode === "transaction";

  /** Operations waiting for the host, in the order they were asked; only in transactions. */
  const queue = [];
  let waiting = scope.ownMap ? scope.ownMap() : new Map();
  let nextId = 1;

  const answered = (answer) => {
    if (typeof answer === "string") return answer;
    throw makeError(answer);
  };
  const Convex = {
    syscall: (op, args) => answered(host.syscall(String(op), String(args))),
    asyncSyscall(op, args) {
      if (queued && host.inCall()) {
        return new Promise((resolve, reject) => {
          const id = nextId++;
          waiting.set(id, { resolve, reject });
          queue.push({ id, op: String(op), args: String(args) });
        });
      }
      return new Promise((resolve, reject) => {
        host.asyncSyscall(String(op), String(args), resolve, (failure) => reject(makeError(failure)));
      });
    },
    jsSyscall(op, args) {
      const answer = host.jsSyscall(String(op), args);
      if (answer.failure) throw makeError(answer.failure);
      if (!host.isPromise(answer.value)) return answer.value;
      return new Promise((resolve, reject) => {
        host.follow(answer.value, resolve, (failure) => reject(makeError(failure)));
      });
    },
  };
  define(globalThis, "Convex", Convex);

  const setEnv = (json) => {
    define(globalThis, "process", { env: Object.freeze(Object.assign(Object.create(null), JSON.parse(json))) });
  };

  let records = new Map();
  const load = (path) => {
    const known = records.get(path);
    if (known) return known.exports;
    const factory = host.compile(path);
    const module = { exports: {} };
    records.set(path, module);
    try {
      factory.call(undefined, module.exports, (specifier) => require(path, specifier), module, scope.sealer);
    } catch (error) {
      records.delete(path);
      throw error;
    }
    return module.exports;
  };
  const require = (from, specifier) => {
    const path = host.resolve(from, specifier);
    if (path === null) throw new Error(`Could not find the JavaScript module "${specifier}" that ${from} imports.`);
    if (queued && host.inCall() && !records.has(path)) {
      throw new Error("Can't use dynamic import() in queries and mutations. Please consider using an action.");
    }
    return load(path);
  };

  const call = { state: "idle", value: undefined };
  scope.control = {
    load,
    queue,
    call,
    setEnv,
    describe: scope.describe,
    adoptRequest: scope.adoptRequest,
    promisePrototype: Promise.prototype,
    /** Calls `exports[name][method](...args)`; `call` then says what became of it. */
    start(path, name, method, args) {
      call.state = "pending";
      const ok = (value) => {
        call.state = "fulfilled";
        call.value = value;
      };
      const failed = (error) => {
        call.state = "rejected";
        call.value = error;
      };
      try {
        const fn = load(path)[name];
        if (typeof fn?.[method] !== "function") throw new Error(`${path}:${name} has no ${method}.`);
        Promise.resolve(fn[method](...args)).then(ok, failed);
      } catch (error) {
        failed(error);
      }
    },
    /** Ends the evaluation of modules in a realm for many calls: why it can't be one, or null. */
    seal: () => scope.sealing.seal([...records.values()]),
    /** After a call: everything is as it was when the realm was sealed. False when that can't be reached. */
    restore() {
      if (waiting.size > 0 || queue.length > 0) return false;
      call.state = "idle";
      call.value = undefined;
      for (const reset of scope.resets) reset();
      return scope.sealing.restore();
    },
    /** The realm is of no more use: forgets its modules and its call. It runs nothing that they may have replaced. */
    letGo() {
      records = null;
      waiting = null;
      queue.length = 0;
      call.value = undefined;
      scope.sealing?.letGo();
    },
    isTainted: () => scope.sealing.isTainted() || (call.state === "rejected" && scope.sealing.isRefusedWrite(call.value)),
    /** Answers an operation of the queue with text or with a failure. */
    settle(id, answer) {
      const asked = waiting?.get(id);
      if (!asked) return;
      const { resolve, reject } = asked;
      waiting.delete(id);
      if (typeof answer === "string") resolve(answer);
      else reject(makeError(answer));
    },
  };
};
