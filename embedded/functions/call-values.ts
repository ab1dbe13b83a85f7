/** Arguments, results and errors of calls: the checks around user code and the texts they give. */
import { ConvexFailure, UserError, ValueError } from "../values/errors.ts";
import { checkValue, isPlainObject, type Json, type JsonObject } from "../values/json.ts";
import { MAX_ARGS_SIZE, MAX_RETURN_SIZE } from "../values/limits.ts";
import { displayFunctionPath } from "../values/names.ts";
import { type TableNames, validate } from "../values/validators.ts";
import type { FunctionError, Result } from "./call-types.ts";
import type { FunctionInfo } from "./code.ts";

/** `{…}`, `[{…}]` or `[]` as the one argument object. Throws UserError "InvalidArguments". */
export function argsObject(args: Json): JsonObject {
  const object = Array.isArray(args) && args.length <= 1 ? (args[0] ?? {}) : args;
  if (isPlainObject(object)) return object;
  throw new UserError(
    "InvalidArguments",
    "The arguments of a function must be one object, or a list of at most one object.",
  );
}

/** A mutation's transaction: gives its commit timestamp for the placeholder. */
interface FillsTs {
  fillTs(v: Json): Json;
}

/**
 * Checks the arguments of a call (F7). `txn` fills in the placeholder of the commit timestamp, null where it is refused. Throws
 * UserError "ArgumentValidationError" when the validator of the function refuses them, ValueError for what is no value.
 */
export function checkArgs(fn: FunctionInfo, args: Json, tables: TableNames, txn: FillsTs | null): JsonObject {
  const given = argsObject(args);
  const object = (txn === null ? given : txn.fillTs(given)) as JsonObject;
  checkValue(object, { maxSize: MAX_ARGS_SIZE, what: `Arguments of ${displayFunctionPath(fn.path)}` });
  const problem = fn.args === null ? null : validate(fn.args, object, tables);
  if (problem !== null) throw new UserError("ArgumentValidationError", `ArgumentValidationError: ${problem}`);
  return object;
}

/** The value of a function from the text it gave, checked as F8 says. Throws as `checkArgs` does. */
export function checkReturned(fn: FunctionInfo, text: unknown, tables: TableNames, txn: FillsTs | null): Json {
  const what = `Function ${fn.path} return value invalid`;
  if (typeof text !== "string") throw new ValueError(`${what}: the function did not give JSON text.`);
  const given = JSON.parse(text) as Json;
  return checkResult(fn, txn === null ? given : txn.fillTs(given), tables);
}

/** The same for a value that is parsed. */
export function checkResult(fn: FunctionInfo, value: Json, tables: TableNames): Json {
  checkValue(value, { maxSize: MAX_RETURN_SIZE, what: `Function ${fn.path} return value invalid` });
  const problem = fn.returns === null ? null : validate(fn.returns, value, tables);
  if (problem !== null) throw new UserError("ReturnsValidationError", `ReturnsValidationError: ${problem}`);
  return value;
}

/** What of an error is told to callers; null when it is a fault of the server that nobody outside should see. */
export function tellable(error: unknown): FunctionError | null {
  if (!(error instanceof UserError) && !(error instanceof ConvexFailure)) return null;
  return error.data === undefined ? { message: error.message } : { message: error.message, data: error.data };
}

/** The result of something that may throw a tellable error; faults of the server go on up. */
export function resultOf(run: () => Json): Result {
  try {
    return { ok: true, value: run() };
  } catch (error) {
    const told = tellable(error);
    if (!told) throw error;
    return { ok: false, error: told };
  }
}

/** "Query" as people read it in errors about the wrong kind of function. */
export function wrongKind(fn: FunctionInfo, wanted: FunctionInfo["udfType"]): UserError {
  return new UserError(
    "WrongFunctionType",
    `Trying to execute ${fn.path} as ${wanted}, but it is defined as ${fn.udfType}.`,
  );
}

/** What a client is told of a function that is not there or not for it. */
export function notPublic(path: string): UserError {
  const message = `Could not find public function for '${path}'. Did you forget to run \`npx convex dev\`?`;
  return new UserError("FunctionNotFound", message, 404);
}

/** What a feature answers that is not there yet (SPEC, Not supported yet). */
export function notSupported(what: string): UserError {
  return new UserError("NotSupported", `Not supported yet by the embedded server: ${what}.`, 501);
}
