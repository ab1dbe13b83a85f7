/** The deployment's environment variables: names, limits and storage. Values are never logged (P14). */
import type { Store } from "../storage/store.ts";
import { UserError } from "../values/errors.ts";

const MAX_NAME_LENGTH = 256;
const MAX_VALUE_BYTES = 8 * 1024;
const MAX_VARIABLES = 512;
const BUILT_IN = ["CONVEX_CLOUD_URL", "CONVEX_SITE_URL"];

/** One change: `value` null removes the variable. */
export interface EnvChange {
  name: string;
  value: string | null;
}

/** The changes in the body of `update_environment_variables`. Throws 400 naming the broken rule, never a value. */
export function parseEnvChanges(body: unknown): EnvChange[] {
  const changes = (body as { changes?: unknown } | null)?.changes;
  if (!Array.isArray(changes)) throw new UserError("BadRequest", "The request must hold a list of changes.", 400);
  return changes.map((change: unknown) => {
    const { name, value } = (change ?? {}) as { name?: unknown; value?: unknown };
    if (typeof name !== "string" || (value !== null && value !== undefined && typeof value !== "string")) {
      throw new UserError("BadRequest", "A change must hold a name and a value that is a string or null.", 400);
    }
    checkName(name);
    if (typeof value === "string" && Buffer.byteLength(value) > MAX_VALUE_BYTES) {
      throw new UserError(
        "EnvironmentVariableValueTooLarge",
        `The value of the environment variable ${name} is larger than ${MAX_VALUE_BYTES} bytes.`,
        400,
      );
    }
    return { name, value: value ?? null };
  });
}

function checkName(name: string): void {
  if (name.length > MAX_NAME_LENGTH) {
    throw new UserError(
      "EnvironmentVariableNameTooLong",
      `The name of an environment variable may have ${MAX_NAME_LENGTH} characters; one has ${name.length}.`,
      400,
    );
  }
  if (!/^[a-zA-Z_]+[a-zA-Z0-9_]*$/.test(name)) {
    throw new UserError(
      "EnvironmentVariableNameInvalid",
      `${JSON.stringify(name)} is no name for a variable: letters, digits and underscores, no digit first.`,
      400,
    );
  }
  if (BUILT_IN.includes(name)) {
    throw new UserError(
      "EnvVarNameForbidden",
      `The environment variable ${name} is built in and cannot be changed.`,
      400,
    );
  }
}

/** Names and values. */
export function readEnv({ env }: Store): Map<string, string> {
  return new Map(Object.entries(env.values()));
}

/** What `changes` would make of the variables `before`. Throws 400 `EnvVarLimitMet` when there would be too many. */
export function applyEnvChanges(
  before: ReadonlyMap<string, string>,
  changes: readonly EnvChange[],
): Map<string, string> {
  const after = new Map(before);
  for (const { name, value } of changes) {
    if (value === null) after.delete(name);
    else after.set(name, value);
  }
  if (after.size > MAX_VARIABLES && after.size > before.size) {
    throw new UserError("EnvVarLimitMet", `There can be at most ${MAX_VARIABLES} environment variables.`, 400);
  }
  return after;
}

/** Writes the changes; at the end of a transaction. `nowMs` is the creation time of new variables. */
export function writeEnv({ env }: Store, changes: readonly EnvChange[], nowMs: number): void {
  for (const { name, value } of changes) {
    if (value === null) env.delete(name);
    else env.set(name, value, nowMs);
  }
}
