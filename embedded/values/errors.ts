import type { Json } from "./encoding.ts";

/** The caller asked for something that cannot be done; the message is safe to show and `code` to match on. */
export class UserError extends Error {
  /** A short word for programs, such as "BadDeployKey". */
  readonly code: string;
  /** The status of an HTTP answer that reports this error. */
  readonly httpStatus: number;
  /** What `ConvexError.data` of the caller will hold; absent when there is none. */
  readonly data?: Json;

  constructor(code: string, message: string, httpStatus = 400, data?: Json) {
    super(message);
    this.name = "UserError";
    this.code = code;
    this.httpStatus = httpStatus;
    if (data !== undefined) this.data = data;
  }
}

/** A value breaks the rules of SPEC V: a name, a size, a nesting, an encoding. */
export class ValueError extends UserError {
  constructor(message: string) {
    super("InvalidValue", message);
    this.name = "ValueError";
  }
}

/** User code threw. `message` is the whole text with stack ("Uncaught Error: boom\n    at …"). */
export class ConvexFailure extends Error {
  /** The data of a `ConvexError`, as encoded JSON; absent for every other error. */
  readonly data?: Json;

  constructor(message: string, data?: Json) {
    super(message);
    this.name = "ConvexFailure";
    if (data !== undefined) this.data = data;
  }
}
