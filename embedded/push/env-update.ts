/**
 * `update_environment_variables`: checks the changes against what the app declares, evaluates auth.config anew (it may
 * read variables), writes both in one transaction, and lets the code see them (P14).
 */
import { isDeepStrictEqual } from "node:util";
import { UserError } from "../values/errors.ts";
import { applyEnvChanges, parseEnvChanges, readEnv, writeEnv, type EnvChange } from "../system/environment.ts";
import type { AuthProvider, EnvDeclaration } from "./analyzed.ts";
import type { PushDeps } from "./deps.ts";
import { systemEnv, withCurrentEnv } from "./load.ts";
import { readModules, readPushed, writePushed } from "./stored.ts";
import { valueProblem } from "./tree.ts";

/** Two updates at the same time make the second start again, this many times at most. */
const ATTEMPTS = 5;

/** Applies the changes in the request body, all or none. Throws 400 with the codes of P14. */
export async function updateEnv(body: unknown, deps: PushDeps): Promise<void> {
  const changes = parseEnvChanges(body);
  for (let attempt = 1; ; attempt++) {
    if (await tryUpdate(changes, deps)) return;
    if (attempt === ATTEMPTS)
      throw new UserError("RaceDetected", "The environment variables are being changed elsewhere; try again.", 400);
  }
}

/** Answers false when variables or code changed while auth.config was evaluated. */
async function tryUpdate(changes: readonly EnvChange[], deps: PushDeps): Promise<boolean> {
  const { store } = deps;
  const before = readEnv(store);
  const after = applyEnvChanges(before, changes);
  const pushed = readPushed(store);
  checkChanges(changes, pushed?.analysis[""]?.definition.envVars ?? []);
  const auth = await authWith(after, deps);
  const { value: isDone } = await deps.runner.transact((txn) => {
    if (readPushed(store)?.version !== pushed?.version || !isDeepStrictEqual(readEnv(store), before)) return false;
    txn.atFlush(() => {
      writeEnv(store, changes, txn.nowMs);
      if (pushed && !isDeepStrictEqual(pushed.auth, auth))
        writePushed(store, { ...pushed, auth, origins: deps.origins });
    });
    return true;
  });
  if (isDone) deps.runner.setCode(withCurrentEnv(deps.code(), store, deps.origins));
  return isDone;
}

function checkChanges(changes: readonly EnvChange[], declared: readonly [string, EnvDeclaration][]): void {
  const declarations = new Map(declared);
  for (const { name, value } of changes) {
    const declaration = declarations.get(name);
    if (!declaration) continue;
    if (value === null && declaration.optional !== true) {
      throw new UserError(
        "RequiredEnvironmentVariable",
        `The app declares the environment variable ${name} as required; it cannot be removed.`,
        400,
      );
    }
    if (value !== null && valueProblem(declaration, value) !== null) {
      throw new UserError(
        "InvalidEnvironmentVariable",
        `The value for the environment variable ${name} does not match what the app declares: ${declaration.value}.`,
        400,
      );
    }
  }
}

async function authWith(env: ReadonlyMap<string, string>, deps: PushDeps): Promise<AuthProvider[]> {
  const module = readModules(deps.store).get("")?.modules.get("auth.config.js") ?? null;
  return deps.analysis.auth(module, { ...Object.fromEntries(env), ...systemEnv(deps.origins) });
}
