import type { Execution, Runner } from "../functions/runner.ts";
import type { Logger } from "./log.ts";

/** What the server's log tells of functions: those that were stopped always, all of them on request (O3). */

/** Beginnings of the errors of calls that were stopped, and what they mean. */
const STOPPED: [string, StopReason][] = [
  ["Function execution timed out", "time"],
  ["Your request timed out", "time"],
  ["Function ran out of memory", "memory"],
];
export type StopReason = "time" | "memory";

/** Why a call was stopped; null when it ended by itself. */
export function stoppedFor({ error }: Pick<Execution, "error">): StopReason | null {
  if (!error) return null;
  return STOPPED.find(([start]) => error.message.startsWith(start))?.[1] ?? null;
}

/**
 * Writes executions to the log. With `all` every one with its console output, else only those that were stopped. Gives
 * what ends that.
 */
export function logExecutions(runner: Pick<Runner, "onExecution">, log: Logger, all: boolean): () => void {
  return runner.onExecution((execution) => {
    const { udfType, componentPath, identifier, durationMs, caller, logLines, error } = execution;
    const fields = {
      kind: udfType,
      function: identifier,
      component: componentPath === "" ? undefined : componentPath,
      ms: durationMs,
      caller: caller.kind,
      requestId: caller.requestId,
    };
    const reason = stoppedFor(execution);
    if (reason) log.warn("functionStopped", { ...fields, reason });
    if (!all) return;
    log.info("function", {
      ...fields,
      ok: error === null,
      error: error?.message,
      lines: logLines.length > 0 ? logLines : undefined,
    });
  });
}

/** At most one line of the log for so many ms, however much is refused. */
const OVERLOAD_EVERY_MS = 1_000;

/** Tells what is refused for overload: each to `count`, and now and then to the log (O4). */
export function overloadTeller<T extends string>(log: Logger, count: (what: T) => void): (what: T) => void {
  let toldMs = -Infinity;
  return (what) => {
    count(what);
    const now = performance.now();
    if (now - toldMs < OVERLOAD_EVERY_MS) return;
    toldMs = now;
    log.warn("overload", { what });
  };
}
