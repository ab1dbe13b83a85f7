/** Arguments of system functions, parsed at the border: each throws 400 `BadArgument` naming the argument. */
import { UserError } from "../values/errors.ts";
import { isPlainObject, type Json, type JsonObject } from "../values/json.ts";

/** The refusal of an argument. */
export function wrongArgument(name: string, expected: string): UserError {
  return new UserError("BadArgument", `"${name}" must be ${expected}.`, 400);
}

export function stringArgument(args: JsonObject, name: string): string {
  const value = args[name];
  if (typeof value !== "string") throw wrongArgument(name, "a string");
  return value;
}

/** A string, or null when it is null or absent. */
export function optionalString(args: JsonObject, name: string): string | null {
  return args[name] === undefined || args[name] === null ? null : stringArgument(args, name);
}

export function numberArgument(args: JsonObject, name: string): number {
  const value = args[name];
  if (typeof value !== "number") throw wrongArgument(name, "a number");
  return value;
}

export function objectArgument(args: JsonObject, name: string): JsonObject {
  const value = args[name];
  if (value === undefined || !isPlainObject(value)) throw wrongArgument(name, "an object");
  return value;
}

export function listArgument(args: JsonObject, name: string): Json[] {
  const value = args[name];
  if (!Array.isArray(value)) throw wrongArgument(name, "a list");
  return value;
}

/** `{cursor, numItems}` of `paginationOpts`, with what else the client library puts there. */
export function pageArgument(args: JsonObject): { cursor: string | null; numItems: number; endCursor: string | null } {
  const options = objectArgument(args, "paginationOpts");
  const cursor = optionalString(options, "cursor");
  return { cursor, numItems: numberArgument(options, "numItems"), endCursor: optionalString(options, "endCursor") };
}

/** Public system tables that people may look at. */
const READABLE = new Set(["_storage", "_scheduled_functions"]);

/** The name of a table that may be read: one of the user's, or a public system table. */
export function tableArgument(args: JsonObject, name: string): string {
  const table = stringArgument(args, name);
  if (table.startsWith("_") && !READABLE.has(table)) {
    throw new UserError("BadArgument", `The system table ${table} cannot be read.`, 400);
  }
  return table;
}
