import type { ActionOutcome, Caller, FunctionCall, MutationCall, MutationOutcome } from "../functions/call-types.ts";
import type { Transaction } from "../storage/transaction.ts";
import { randomPiece } from "../values/chance.ts";
import { UserError } from "../values/errors.ts";

/** What jobs and crons need of the function runner. */
export interface JobRunner {
  /** Resolves after the commit; a throw of user code is an outcome, everything else rejects. */
  mutation(call: MutationCall): Promise<MutationOutcome>;
  action(call: FunctionCall): Promise<ActionOutcome>;
  /** Runs `fn` as a transaction of the server itself; resolves after the commit. */
  transact<T>(fn: (txn: Transaction) => T): Promise<{ value: T; ts: bigint }>;
  onCommit(listener: (commit: { jobs: boolean }) => void): () => void;
  /** Calls when new code runs. */
  onCode(listener: () => void): () => void;
}

/** Nobody in particular, allowed to call internal functions: on whose behalf jobs and crons run (SPEC J4). */
export function nobody(kind: "scheduler" | "cron", scheduledJobId?: string): Caller {
  const requestId = randomPiece(8).toString("hex");
  return { identity: null, admin: false, requestId, kind, ...(scheduledJobId === undefined ? {} : { scheduledJobId }) };
}

/**
 * Whether a call was refused for what it asks: its function is gone, of another kind. Trouble of the server, such as
 * a full disk, is not that, though it too comes as a UserError: the same call may succeed later.
 */
export function isRefusal(error: unknown): error is UserError {
  return error instanceof UserError && error.httpStatus < 500;
}

/** The outcome of a mutation. Rejects for one that failed because others kept changing what it read: it comes again (J1). */
export async function unlessConflicted(call: Promise<MutationOutcome>): Promise<MutationOutcome> {
  const outcome = await call;
  if (outcome.conflicted && !outcome.result.ok) throw new Error(outcome.result.error.message);
  return outcome;
}

/** Where errors of the server itself go while it works on `what`. */
export type Report = (error: unknown, what: string) => void;
