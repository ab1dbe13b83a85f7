/** What every worker thread does: takes calls, runs them beside each other, and outlives whatever they leave behind. */
import { AsyncLocalStorage } from "node:async_hooks";
import { parentPort } from "node:worker_threads";
import { ownRejections } from "../realm/rejections.ts";
import { claim, CLAIM_WORKER, type FromWorker, type StartMessage, type ToWorker } from "./protocol.ts";
import { WorkerCall } from "./worker-call.ts";

/** The result's JSON text (null for an HTTP action), or the error with the JSON text of its data. */
export type Ended = { value: string | null } | { failure: { message: string; data?: string } };

/** Which call the running code belongs to, over awaits and timers. */
export const currentCall = new AsyncLocalStorage<WorkerCall>();

export function post(message: FromWorker): void {
  parentPort?.postMessage(message);
}

/**
 * Answers the messages of the server. `run` performs one call to its end. `describe` turns what was thrown outside of
 * any call into text.
 */
export function serve(run: (call: WorkerCall) => Promise<Ended>, describe: (thrown: unknown) => string): void {
  const calls = new Map<number, WorkerCall>();
  const begin = async (start: StartMessage): Promise<void> => {
    if (!claim(start.claim, CLAIM_WORKER)) return;
    const call = new WorkerCall(start, post);
    calls.set(call.id, call);
    post({ t: "started", call: call.id });
    // `run` tells user errors itself; what it throws is a fault of the thread, and must not leave the call without an
    // answer.
    const fault = (thrown: unknown): Ended => ({ failure: { message: describe(thrown) } });
    const ended = await currentCall.run(call, () => run(call)).catch(fault);
    call.close();
    calls.delete(call.id);
    post(doneMessage(call.id, ended));
  };
  parentPort?.on("message", (message: ToWorker) => {
    if (message.t === "start") void begin(message);
    else if (message.t === "ping") post({ t: "pong" });
    else calls.get(message.call)?.receive(message);
  });

  const stray = (level: string, what: string, thrown: unknown): void => {
    const text = (currentCall.getStore()?.describe ?? describe)(thrown);
    report(level, `${what}: ${text}`);
  };
  // Promises of realms are reported by their realm; these are all others. None of them ends the thread.
  ownRejections(Promise.prototype, (reason) => stray("WARN", "Unhandled promise rejection", reason));
  process.on("uncaughtException", (thrown) => stray("ERROR", "Unhandled error", thrown));
  post({ t: "ready" });
}

/** A log line of the call that the running code belongs to; of none, it goes to the server's own log. */
export function report(level: string, text: string): void {
  const call = currentCall.getStore();
  if (call) call.log(level, text);
  else post({ t: "stray", level, text });
}

function doneMessage(call: number, ended: Ended): FromWorker {
  if (!("failure" in ended)) return { t: "done", call, value: ended.value };
  const { message, data } = ended.failure;
  return { t: "done", call, error: data === undefined ? { message } : { message, data: JSON.parse(data) } };
}
