/* oxlint-disable no-unused-expressions, unicorn/consistent-function-scoping -- the file is one function that a script calls */
// Errors and promises of the host pass `instanceof`; stacks show the files people wrote.
(scope) => {
  const { host } = scope;
  const ordinary = Function.prototype[Symbol.hasInstance];
  const define = (target, key, value) =>
    Object.defineProperty(target, key, { value, writable: true, enumerable: false, configurable: true });
  scope.define = define;

  const acceptHost = (Class, test) =>
    define(Class, Symbol.hasInstance, function (value) {
      if (ordinary.call(this, value)) return true;
      return this === Class && test(value);
    });
  for (const Class of [Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError]) {
    acceptHost(Class, (value) => host.isHostError(value, Class.name));
  }
  acceptHost(Promise, host.isPromise);

  /** The frames of an error as shown, remembered because a program may overwrite `stack`. */
  const frames = new WeakMap();
  const headerOf = (error) => {
    const { name, message } = error;
    if (!message) return String(name ?? "Error");
    return name ? `${name}: ${message}` : String(message);
  };
  // Between the frames of the user lie those of the host that drives the call; they count too and are left out later.
  Error.stackTraceLimit = 50;
  Error.prepareStackTrace = (error, sites) => {
    const text = host.formatFrames(sites);
    frames.set(error, text);
    return `${headerOf(error)}\n${text}`;
  };

  /** What a failed syscall throws: made here, so that it belongs to this realm. */
  scope.makeError = ({ message, data }) => {
    const error = new Error(message);
    if (data !== undefined) error.data = JSON.parse(data);
    return error;
  };

  const CONVEX_ERROR = Symbol.for("ConvexError");

  /** The first lines of the text: an error that comes from a called function has them already. */
  const uncaught = (error) =>
    /^Uncaught [A-Za-z_$][\w$]*: /.test(error.message) ? error.message.trimEnd() : `Uncaught ${headerOf(error)}`;

  /** A thrown value as text with its frames; `data` is the JSON text of a ConvexError's data. Never throws. */
  scope.describe = (thrown) => {
    try {
      if (!(thrown instanceof Error) && !(typeof thrown === "object" && thrown !== null && "stack" in thrown)) {
        return { message: `Uncaught ${String(thrown)}` };
      }
      const { stack } = thrown;
      const shown = frames.get(thrown) ?? host.mapStack(String(stack ?? ""));
      const message = `${uncaught(thrown)}${shown === "" ? "" : `\n${shown}`}\n`;
      const isConvexError = CONVEX_ERROR in thrown && typeof thrown.data === "string" && "ConvexErrorSymbol" in thrown;
      return isConvexError ? { message, data: thrown.data } : { message };
    } catch {
      return { message: "Uncaught value that cannot be shown" };
    }
  };
};
