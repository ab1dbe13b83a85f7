import type { JobRow, JobState } from "../storage/jobs.ts";
import { isRefusal, type JobRunner, nobody, unlessConflicted } from "./runner-port.ts";

/** What a job shows whose process died, or whose action could not be finished, after it had begun. */
export const TRANSIENT_ERROR = "Transient error while executing action";

/**
 * A mutation job, exactly once (SPEC J1): in one transaction, is it still pending? run it, mark it. When user code
 * throws, that transaction is gone and another one marks the failure. Rejects when the server fails; then the job is
 * still pending.
 */
export async function runMutationJob(job: JobRow, runner: JobRunner): Promise<void> {
  const error = await failureOf(() =>
    unlessConflicted(
      runner.mutation({
        ...callOf(job),
        before: (txn) => txn.moveJob(job.ns, job.id, "pending", { kind: "inProgress" }),
        after: (txn) => txn.setJobState(job.ns, job.id, { kind: "success" }),
      }),
    ),
  );
  if (error !== null) await moveJob(job, runner, "pending", { kind: "failed", error });
}

/** The first half of an action job: true when it is now on disk as begun, so that nobody begins it again (SPEC J2). */
export function claimActionJob(job: JobRow, runner: JobRunner): Promise<boolean> {
  return moveJob(job, runner, "pending", { kind: "inProgress" });
}

/** The second half: runs the action and answers how it ended. Never rejects. */
export async function runActionJob(job: JobRow, runner: JobRunner): Promise<JobState> {
  try {
    const error = await failureOf(() => runner.action(callOf(job)));
    return error === null ? { kind: "success" } : { kind: "failed", error };
  } catch {
    return { kind: "failed", error: TRANSIENT_ERROR };
  }
}

/** Moves a job to `state` in a transaction of its own when it is in phase `from`; answers whether it was. */
export async function moveJob(
  job: Pick<JobRow, "ns" | "id">,
  runner: JobRunner,
  from: JobRow["phase"],
  state: JobState,
): Promise<boolean> {
  const { value } = await runner.transact((txn) => txn.moveJob(job.ns, job.id, from, state));
  return value;
}

function callOf(job: JobRow) {
  return {
    componentPath: job.componentPath,
    path: job.path,
    args: job.args,
    caller: nobody("scheduler", job.id),
    includeInternal: true,
  };
}

/** The error text of a call that failed by its own fault, null when it succeeded. Rejects for faults of the server. */
async function failureOf(
  call: () => Promise<{ result: { ok: true } | { ok: false; error: { message: string } } }>,
): Promise<string | null> {
  try {
    const { result } = await call();
    return result.ok ? null : result.error.message;
  } catch (error) {
    if (isRefusal(error)) return error.message;
    throw error;
  }
}
