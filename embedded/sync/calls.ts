import { hash } from "node:crypto";
import { tellable } from "../functions/call-values.ts";
import type { Caller, FunctionError, Result, Runner } from "../functions/runner.ts";
import { ReadSet } from "../storage/read-set.ts";
import { isSystemMutation, type SystemMutation, type SystemQuery } from "../system/query.ts";
import { randomPiece } from "../values/chance.ts";
import type { Json } from "../values/json.ts";
import { UserError } from "../values/errors.ts";
import type { Viewer } from "./viewer.ts";

/**
 * Calling functions on behalf of somebody outside, as the WebSocket sessions and the HTTP API both do: `_system`
 * functions for admins, request ids, and the texts of errors as clients see them.
 */

export interface CallRequest {
  /** Only an admin may name a component other than the app (""). */
  componentPath: string | null;
  path: string;
  args: Json;
  viewer: Viewer;
  requestId: string;
  kind: Caller["kind"];
  ip?: string;
  userAgent?: string;
}

/** What a client is told about one call. `errorData` is there only when user code threw a ConvexError (W7). */
export type Answer =
  | { success: true; value: Json; logLines: string[] }
  | { success: false; error: FunctionError; logLines: string[] };

export type QueryAnswer = Answer & {
  /** The commit the result is true at; null for a refusal, which read nothing. */
  ts: bigint | null;
  reads: ReadSet;
  journal: string | null;
  /** False when the result is the same for everybody who may call the function. */
  identityObserved: boolean;
};

/** 16 hex digits; for calls over HTTP and for query runs. */
export function newRequestId(): string {
  return randomPiece(8).toString("hex");
}

/** The request id of a call on a socket: the same when the client repeats the call after a reconnect. */
export function requestIdOf(sessionId: string, requestId: number): string {
  return hash("sha256", `${sessionId}|${requestId}`).slice(0, 16);
}

/** The text of a failed call as a client gets it: a line with the request id, then the error with its stack. */
export function errorText(requestId: string, error: FunctionError): string {
  return `[Request ID: ${requestId}] Server Error\n${error.message}`;
}

/** What clients hear when the fault is the server's own; the cause goes to the log only. */
export const INTERNAL_ERROR = "Your request couldn't be completed. Try again later.";

export class Calls {
  readonly #runner: Runner;
  readonly #system: SystemQuery;
  readonly #systemMutation: SystemMutation;
  constructor(runner: Runner, system: SystemQuery, systemMutation: SystemMutation) {
    this.#runner = runner;
    this.#system = system;
    this.#systemMutation = systemMutation;
  }

  /**
   * Runs a query once. `journal` continues the pagination of an earlier run.
   * Errors of user code and refusals come back as an Answer; what is thrown is a fault of the server.
   */
  async query(c: CallRequest & { journal: string | null }): Promise<QueryAnswer> {
    try {
      if (c.viewer.admin && isSystemPath(c.path)) {
        const { value, ts, reads } = this.#system(c.path, c.componentPath ?? "", c.args);
        return { success: true, value, logLines: [], ts, reads, journal: null, identityObserved: false };
      }
      const out = await this.#runner.query({ ...target(c), journal: c.journal });
      const { ts, reads, journal, identityObserved } = out;
      return { ...answer(out.result, out.logLines), ts, reads, journal: journal ?? null, identityObserved };
    } catch (error) {
      return { ...refusal(error), ts: null, reads: new ReadSet(), journal: null, identityObserved: false };
    }
  }

  /**
   * Runs a mutation; settles after its commit is on disk. With `session` a call is done once and a repetition is
   * answered from the record of the first (W8). `ts` is the commit timestamp, there on success.
   */
  async mutation(
    c: CallRequest & { session?: { sessionId: string; requestId: number } },
  ): Promise<Answer & { ts: bigint | null }> {
    try {
      if (c.viewer.admin && isSystemPath(c.path)) {
        const { value, ts } = await this.#systemMutation(c.path, c.componentPath ?? "", c.args, c.session);
        return { success: true, value, logLines: [], ts };
      }
      const out = await this.#runner.mutation({ ...target(c), ...(c.session ? { session: c.session } : {}) });
      return { ...answer(out.result, out.logLines), ts: out.ts };
    } catch (error) {
      return { ...refusal(error), ts: null };
    }
  }

  /** Runs an action to its end. */
  async action(c: CallRequest): Promise<Answer> {
    try {
      const out = await this.#runner.action(target(c));
      return answer(out.result, out.logLines);
    } catch (error) {
      return refusal(error);
    }
  }

  /** Runs whatever the function is: the admin's `POST /api/function` does not say. */
  async any(c: CallRequest): Promise<Answer> {
    if (isSystemPath(c.path)) return isSystemMutation(c.path) ? this.mutation(c) : this.query({ ...c, journal: null });
    const udfType = this.#runner.functionOf(c.componentPath ?? "", c.path)?.udfType;
    switch (udfType) {
      case "Mutation":
        return this.mutation(c);
      case "Action":
        return this.action(c);
      case "Query":
      case undefined: // Not there: the refusal is the same for every kind.
        return this.query({ ...c, journal: null });
      default:
        return udfType satisfies never;
    }
  }
}

function isSystemPath(path: string): boolean {
  return path.startsWith("_system/");
}

/** The call in the words of the Runner, which refuses what is not for this caller (W11). */
function target(c: CallRequest) {
  const { viewer, requestId, kind, ip, userAgent } = c;
  const caller: Caller = {
    identity: viewer.identity as Caller["identity"],
    admin: viewer.admin,
    requestId,
    kind,
    ...(ip === undefined ? {} : { ip }),
    ...(userAgent === undefined ? {} : { userAgent }),
    ...(viewer.authToken === null ? {} : { authToken: viewer.authToken }),
  };
  return { componentPath: c.componentPath ?? "", path: c.path, args: c.args, caller };
}

function answer(result: Result, logLines: string[]): Answer {
  return result.ok
    ? { success: true, value: result.value, logLines }
    : { success: false, error: result.error, logLines };
}

/**
 * A refusal before any code ran reads as a failed call. A fault of the server goes on up, and so does what will pass (a
 * server that closes, a disk that refuses): the client repeats the call then.
 */
function refusal(error: unknown): Answer & { success: false } {
  const told = tellable(error);
  if (!told || (error instanceof UserError && error.httpStatus === 503)) throw error;
  return { success: false, error: told, logLines: [] };
}
