import type { Execution } from "./types";

/**
 * How a request that was ended by hand stands with the other side. Null when surely nothing was performed: there was no
 * try, or every try was refused. Otherwise a sentence that says so: an answer of 500, none in time, or a try that was
 * cut off do not mean that the other side did nothing.
 */
export function mayHaveActed(executions: readonly Pick<Execution, "attempts">[]): string | null {
  const attempts = executions.flatMap((execution) => execution.attempts);
  if (attempts.every(({ result }) => result.kind === "permanent")) return null;
  const times = attempts.length === 1 ? "once" : `${attempts.length} times`;
  const doubt = "the other side may have acted all the same. Look at the tries.";
  return `Performing was tried ${times} without success, and ${doubt}`;
}

/** Whether an execution failed without the other side's answer to its last try: it may have acted or not. */
export function inDoubt({ state, attempts }: Pick<Execution, "state" | "attempts">): boolean {
  return state.kind === "failed" && attempts.at(-1)?.result.kind === "unknown";
}
