/**
 * Between the runner and the place where actions run (`actions/pool.ts`). The runner resolves the function, checks its
 * arguments and its result; the pool runs the code in a worker and brings its syscalls back to the runner.
 */
import type { ActionOutcome, Caller, HttpActionRequest, HttpActionResponse } from "./call-types.ts";
import type { Code, FunctionInfo, Instance } from "./code.ts";
import type { PreparedModules } from "./prepared-modules.ts";
import type { Json } from "../values/json.ts";

/** The part of a call that is the same for actions and HTTP actions. */
export interface ActionScope {
  code: Code;
  instance: Instance;
  /** The default-runtime modules of the instance; `manifest()` is what a worker opens them with. */
  modules: PreparedModules;
  caller: Caller;
  syscalls: ActionSyscalls;
  /** Called for every log line when it is written; the same lines are in the outcome. */
  onLog?: (line: string) => void;
}

export interface ActionCall extends ActionScope {
  fn: FunctionInfo;
  /** One argument object, already checked against the validator. */
  args: Json;
}

export interface HttpCall extends ActionScope {
  request: HttpActionRequest;
  /** The path that the router of this instance sees: without the prefix the instance is mounted at. */
  routePath: string;
}

/** Runs actions. Both methods reject only for faults of the server; errors of user code are results. */
export interface ActionPool {
  /** The value is checked by the caller. A time-out, a crash of the worker and user errors are `ok: false`. */
  run(call: ActionCall): Promise<ActionOutcome>;
  /** Settles when status and headers are known; the body may go on after that. */
  runHttp(call: HttpCall): Promise<HttpActionResponse>;
  /** New code was pushed: running calls keep theirs, idle workers may be dropped. */
  codeChanged(): void;
  close(): Promise<void>;
}

/**
 * What an action may ask of the server, bound to one call (F14). The operations:
 * `1.0/actions/query`, `mutation`, `action`, `schedule`, `cancel_job`, `vectorSearch`, `1.0/getUserIdentity`,
 * `1.0/createFunctionHandle`, `1.0/getFunctionMetadata`, `1.0/getDeploymentMetadata`, `1.0/getRequestMetadata`,
 * `1.0/storageGetUrl`, `storageGetMetadata`, `storageGenerateUploadUrl`, `storageDelete`.
 */
export interface ActionSyscalls {
  /**
   * `op` with the parsed JSON of its argument; gives the JSON of the answer. Rejects with an error that `syscallFailure`
   * turns into what crosses to the worker. An unknown op is such an error too.
   */
  perform(op: string, args: Json): Promise<Json>;
  /** The call is over: everything asked later is refused. */
  close(): void;
}

/** An error as it crosses into a realm: there it becomes an Error with this message and, when given, `data`. */
export interface SyscallFailure {
  message: string;
  data?: Json;
}
