/** The environment variables an app declares in defineApp({ env }), held against those that are set (P13). */
import type { EnvDeclaration } from "./analyzed.ts";
import { pushError } from "./errors.ts";
import { valueProblem } from "./tree.ts";

/**
 * Throws 400 `MissingEnvironmentVariables` when a required variable is not set, 400 `InvalidEnvironmentVariable` when
 * one has a value its declaration refuses. The text names variables, never values.
 */
export function checkDeclaredEnv(
  declared: readonly [string, EnvDeclaration][],
  set: ReadonlyMap<string, string>,
): void {
  const missing = declared.filter(([name, { optional }]) => optional !== true && !set.has(name)).map(([name]) => name);
  if (missing.length > 0) {
    throw pushError(
      "MissingEnvironmentVariables",
      `Environment variables that the app requires are not set: ${missing.join(", ")}.`,
    );
  }
  for (const [name, declaration] of declared) {
    const value = set.get(name);
    if (value === undefined || valueProblem(declaration, value) === null) continue;
    throw pushError(
      "InvalidEnvironmentVariable",
      `The value of the environment variable ${name} does not match what the app declares: ${declaration.value}.`,
    );
  }
}
