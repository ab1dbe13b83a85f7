/* oxlint-disable no-unused-expressions, unicorn/consistent-function-scoping -- the file is one function that a script calls */
// The Web's globals. Classes are the host's; what would give objects of another realm is made here.
(scope) => {
  const { host, mode, define } = scope;
  const { web } = host;
  const inAction = mode === "action";
  const expose = (name, value) => define(globalThis, name, value);

  // Binary data is the host's too, because the host's Web classes give and take it.
  Object.defineProperties(globalThis, host.common);

  /** A class whose methods need turns of the host: in a transaction its use is noted, so that the call may wait. */
  const noting = {
    construct(target, args, newTarget) {
      host.noteHostWork();
      return Reflect.construct(target, args, newTarget);
    },
  };
  const noted = (Class) => (inAction ? Class : new Proxy(Class, noting));
  for (const [name, Class] of Object.entries(web.async)) expose(name, noted(Class));

  /** Gives an object of a host class the methods of the subclass made here. */
  const adopt = (object, Class) => Object.setPrototypeOf(object, Class.prototype);
  const parsed = async (body) => JSON.parse(await body.text());
  class Request extends noted(web.Request) {
    json() {
      return parsed(this);
    }
    clone() {
      return adopt(super.clone(), Request);
    }
  }
  class Response extends noted(web.Response) {
    static json(...args) {
      return adopt(web.Response.json(...args), Response);
    }
    static redirect(...args) {
      return adopt(web.Response.redirect(...args), Response);
    }
    static error() {
      return adopt(web.Response.error(), Response);
    }
    json() {
      return parsed(this);
    }
    clone() {
      return adopt(super.clone(), Response);
    }
  }
  expose("Request", Request);
  expose("Response", Response);
  scope.adoptRequest = (request) => adopt(request, Request);

  const refuse = (name) => () => {
    throw new Error(
      mode === "analysis"
        ? `Can't use ${name}() while a module is imported. Please call it inside an action.`
        : `Can't use ${name}() in queries and mutations. Please consider using an action. See https://docs.convex.dev/functions/actions for more details.`,
    );
  };
  if (inAction) {
    expose("fetch", async function fetch(input, init) {
      return adopt(await host.fetch(input, init), Response);
    });
    const timer =
      (start) =>
      (callback, delay, ...args) => {
        if (typeof callback !== "function") throw new TypeError("The first argument must be a function.");
        return start(() => {
          try {
            callback(...args);
          } catch (error) {
            host.log("ERROR", [host.raw(scope.describe(error).message)]);
          }
        }, delay);
      };
    expose("setTimeout", timer(host.setTimeout));
    expose("setInterval", timer(host.setInterval));
    expose("clearTimeout", (id) => host.clearTimer(id));
    expose("clearInterval", (id) => host.clearTimer(id));
    expose("AbortSignal", web.AbortSignal);
  } else {
    for (const name of ["fetch", "setTimeout", "setInterval"]) expose(name, refuse(name));
    for (const name of ["clearTimeout", "clearInterval"]) expose(name, () => {});
    const timeout = refuse("AbortSignal.timeout");
    expose(
      "AbortSignal",
      new Proxy(web.AbortSignal, { get: (target, key) => (key === "timeout" ? timeout : Reflect.get(target, key)) }),
    );
  }

  expose("queueMicrotask", function queueMicrotask(callback) {
    Promise.resolve().then(() => callback());
  });
  expose("atob", (text) => web.atob(text));
  expose("btoa", (text) => web.btoa(text));

  const uncloneable = (what) => new DOMException(`${what} could not be cloned.`, "DataCloneError");
  const clone = (value, seen) => {
    if (typeof value === "function" || typeof value === "symbol") throw uncloneable(String(value));
    if (typeof value !== "object" || value === null) return value;
    const known = seen.get(value);
    if (known !== undefined) return known;
    const keep = (copy) => {
      seen.set(value, copy);
      return copy;
    };
    switch (Object.prototype.toString.call(value)) {
      case "[object Array]": {
        const copy = keep([]);
        copy.length = value.length;
        for (const key of Object.keys(value)) copy[key] = clone(value[key], seen);
        return copy;
      }
      case "[object Map]": {
        const copy = keep(new Map());
        for (const [k, v] of Array.from(value)) copy.set(clone(k, seen), clone(v, seen));
        return copy;
      }
      case "[object Set]": {
        const copy = keep(new Set());
        for (const v of Array.from(value)) copy.add(clone(v, seen));
        return copy;
      }
      case "[object Date]":
        return keep(new Date(value.getTime()));
      case "[object RegExp]":
        return keep(new RegExp(value.source, value.flags));
      case "[object Boolean]":
      case "[object Number]":
      case "[object String]":
      case "[object BigInt]":
        return keep(Object(value.valueOf()));
      case "[object Error]": {
        const named = { EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError }[value.name] ?? Error;
        const copy = keep(new named(value.message, "cause" in value ? { cause: clone(value.cause, seen) } : undefined));
        define(copy, "stack", String(value.stack));
        return copy;
      }
      case "[object Object]": {
        const copy = keep({});
        for (const key of Object.keys(value)) copy[key] = clone(value[key], seen);
        return copy;
      }
      case "[object Promise]":
      case "[object WeakMap]":
      case "[object WeakSet]":
      case "[object WeakRef]":
        throw uncloneable(Object.prototype.toString.call(value));
      default:
        // Buffers, views, blobs and the like belong to the host anyway.
        return keep(host.structuredClone(value));
    }
  };
  expose("structuredClone", function structuredClone(value, options) {
    const seen = new Map();
    for (const moved of options?.transfer ?? []) seen.set(moved, host.structuredClone(moved, { transfer: [moved] }));
    return clone(value, seen);
  });

  define(globalThis, "self", globalThis);
};
