import { createContext, Script } from "node:vm";

const scope = createContext({ run: () => undefined });
const script = new Script("run()", { filename: "convex-watchdog" });

/**
 * Runs `fn`, which may run user code in any realm, for at most `ms` of wall-clock time. False when it was stopped;
 * whatever it was doing was torn, so nothing it touched may be used again. What `fn` throws comes out.
 */
export function runFor(ms: number, fn: () => void): boolean {
  const previous = scope.run;
  scope.run = fn as () => undefined;
  try {
    script.runInContext(scope, { timeout: Math.max(1, Math.ceil(ms)) });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_SCRIPT_EXECUTION_TIMEOUT") return false;
    throw error;
  } finally {
    scope.run = previous;
  }
}
