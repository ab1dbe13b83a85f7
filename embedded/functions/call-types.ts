/** What everybody who calls functions speaks of: callers, results and outcomes. `runner.ts` re-exports it. */
import type { ReadSet } from "../storage/read-set.ts";
import type { Transaction } from "../storage/transaction.ts";
import type { Json, JsonObject } from "../values/json.ts";

/** The claims of a signed-in person as `ctx.auth.getUserIdentity()` gives them. */
export type IdentityJson = JsonObject;

/** On whose behalf and why a function runs. */
export interface Caller {
  identity: IdentityJson | null;
  /** May call internal functions and name a component. */
  admin: boolean;
  /** 16 hex digits, shown with errors. */
  requestId: string;
  kind: "client" | "http" | "scheduler" | "cron" | "action" | "cli";
  ip?: string;
  userAgent?: string;
  /** The token that `identity` was read from. */
  authToken?: string;
  /** The job that runs the function. */
  scheduledJobId?: string;
  /** Why the token of an HTTP action's request does not count; `getUserIdentity` rejects with it. */
  invalidToken?: string;
}

/** An error of a function as clients and callers see it. */
export interface FunctionError {
  /** "Uncaught Error: boom\n    at handler (../convex/a.ts:3:9)\n", or a refusal in one line. */
  message: string;
  /** The data of a ConvexError; absent for every other error. */
  data?: Json;
}

export type Result = { ok: true; value: Json } | { ok: false; error: FunctionError };

export interface QueryOutcome {
  result: Result;
  logLines: string[];
  /** What the result depends on; also filled when the function threw. */
  reads: ReadSet;
  /** Where the page ended, to continue a subscription gapless; null when the function did not paginate. */
  journal: string | null;
  /** The commit the result is true at. */
  ts: bigint;
  identityObserved: boolean;
  timeObserved: boolean;
  randomObserved: boolean;
  /** An earlier execution's, which is still true (F29). */
  isCached?: true;
}

export interface MutationOutcome {
  result: Result;
  logLines: string[];
  /** The commit that holds the effects: its own, or the newest one when it wrote nothing. */
  ts: bigint;
  /** `before` said no; nothing was run. */
  skipped?: true;
  /** It failed because others changed what it had read, again and again (F33): it may succeed later. */
  conflicted?: true;
}

export interface ActionOutcome {
  result: Result;
  logLines: string[];
}

/** One call from outside. `args` is one object or an array of at most one. */
export interface FunctionCall {
  /** The component; the app's is "" (default). */
  componentPath?: string;
  /** "mod:fn" or "mod.js:fn". */
  path: string;
  args: Json;
  caller: Caller;
  /** Internal functions and component functions may be called, as the scheduler and admins do. */
  includeInternal?: boolean;
}

export interface QueryCall extends FunctionCall {
  /** Of an earlier run of the same subscription. */
  journal?: string | null;
}

export interface MutationCall extends FunctionCall {
  /** Makes the call exactly-once: a repeated call is answered from the record of the first (F19). */
  session?: { sessionId: string; requestId: number };
  /** Runs first inside the transaction; false leaves out the function and everything after it. */
  before?: (txn: Transaction) => boolean;
  /** Runs inside the transaction after the function succeeded; its writes commit with the function's. */
  after?: (txn: Transaction) => void;
}

/** One finished execution, for logs. Nested calls are part of the execution that made them. */
export interface Execution {
  udfType: "Query" | "Mutation" | "Action" | "HttpAction";
  componentPath: string;
  /** "messages:list", or "GET /path" of an HTTP action. */
  identifier: string;
  logLines: string[];
  /** Answered from an earlier execution (F29). */
  isCached: boolean;
  /** ms since 1970. */
  startedMs: number;
  durationMs: number;
  error: FunctionError | null;
  caller: Caller;
  environment: "isolate" | "node";
}

/** One request for an HTTP action. */
export interface HttpActionRequest {
  /** Upper case; HEAD is answered as GET by the caller. */
  method: string;
  /** Absolute, as the client sent it. */
  url: string;
  headers: [string, string][];
  body: ReadableStream<Uint8Array> | null;
  /** Fires when the client goes away. */
  signal: AbortSignal;
  caller: Caller;
}

export interface HttpActionResponse {
  status: number;
  headers: [string, string][];
  body: ReadableStream<Uint8Array> | null;
  /** All log lines; settles when the body has ended. */
  logLines: Promise<string[]>;
}
