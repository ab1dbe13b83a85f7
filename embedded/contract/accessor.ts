import { ConvexHttpClient } from "convex/browser";
import {
  type FunctionReference,
  type FunctionReturnType,
  getFunctionName,
  type OptionalRestArgs,
  type UserIdentity,
} from "convex/server";
import { ConvexError, convexToJson, jsonToConvex, type JSONValue, type Value } from "convex/values";
import type { Deployment } from "../deployment.ts";
import type { Caller, FunctionError, Runner } from "../functions/runner.ts";
import type { WriteEntry } from "../storage/read-set.ts";
import type { Transaction } from "../storage/transaction.ts";
import { UserError } from "../values/errors.ts";
import type { Json, JsonObject } from "../values/json.ts";

/** The two ways in which a test calls a deployment of its process. */

type Kind = "query" | "mutation" | "action";
type Call<K extends Kind> = <F extends FunctionReference<K, "public" | "internal">>(
  fn: F,
  ...args: OptionalRestArgs<F>
) => Promise<FunctionReturnType<F>>;

/** Calls on behalf of one person, or of nobody. Internal functions may be called. */
export interface Accessor {
  query: Call<"query">;
  mutation: Call<"mutation">;
  action: Call<"action">;
  /** A request to the HTTP actions. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
}

/** Calls with the admin key, as somebody if `identity` is given. Each has its own client, so that calls run beside each other. */
export function overHttp({ url, siteUrl, adminKey }: Pick<Deployment, "url" | "siteUrl" | "adminKey">, identity?: UserIdentity): Accessor {
  const call =
    <K extends Kind>(kind: K): Call<K> =>
    (fn, ...args) => {
      const client = new ConvexHttpClient(url, { logger: false, skipConvexDeploymentUrlCheck: true });
      asAdmin(client).setAdminAuth(adminKey, identity);
      // The client's types take public functions only; with the admin key the server takes all.
      return (client[kind] as unknown as Call<K>)(fn, ...args);
    };
  return {
    query: call("query"),
    mutation: call("mutation"),
    action: call("action"),
    fetch: (path, init) => fetch(new URL(path, siteUrl), init),
  };
}

/** What needs no socket. */
export interface InProcess extends Accessor {
  /**
   * Calls a mutation and takes back what it did: whether that changed a document of the app or what the app has scheduled.
   * Rejects with what it throws.
   */
  attempt(fn: FunctionReference<"mutation">, args: Record<string, unknown>): Promise<boolean>;
}

/**
 * Calls past the server's sockets: from a network address that this machine has not, to HTTP actions as somebody without
 * a token, or without anything left of it.
 */
export function inProcess(
  runner: Runner,
  siteUrl: string,
  from: { identity?: UserIdentity; ip?: string },
): InProcess {
  const caller: Caller = {
    identity: from.identity === undefined ? null : ({ ...from.identity } as JsonObject),
    admin: true,
    requestId: "0000000000000000",
    kind: "cli",
    ...(from.ip === undefined ? {} : { ip: from.ip }),
  };
  const call =
    <K extends Kind>(kind: K): Call<K> =>
    async (fn, ...[args]) => {
      const json = convexToJson((args ?? {}) as Value) as Json;
      const { result } = await runner[kind]({ path: getFunctionName(fn), args: json, caller });
      if (!result.ok) throw thrown(result.error);
      return jsonToConvex(result.value as JSONValue) as never;
    };
  return {
    query: call("query"),
    mutation: call("mutation"),
    action: call("action"),
    async attempt(fn, args) {
      let changed: boolean | null = null;
      const after = (txn: Transaction): void => {
        changed = hasChanged(runner, txn);
        throw new UserError("TakenBack", "The test takes it back.");
      };
      const json = convexToJson(args as Value) as Json;
      const { result } = await runner.mutation({ path: getFunctionName(fn), args: json, caller, after });
      if (changed === null && !result.ok) throw thrown(result.error);
      return changed === true;
    },
    async fetch(path, init) {
      const { method, url, headers, body, signal } = new Request(new URL(path, siteUrl), init);
      const request = { method, url, headers: [...headers], body, signal, caller: { ...caller, admin: false, kind: "http" } as const };
      const answer = await runner.httpAction(request);
      // Taken whole: the action goes on until somebody has its body.
      const taken = answer.body === null ? null : await new Response(answer.body).arrayBuffer();
      await answer.logLines;
      return new Response(taken, { status: answer.status, headers: answer.headers });
    },
  };
}

/** Whether a transaction makes a document of the app another one, or of what the app has scheduled. */
function hasChanged(runner: Runner, txn: Transaction): boolean {
  const { ns } = runner.code.root;
  const textOf = (of: Transaction, { table, id }: WriteEntry) => of.getText(ns, id, { isSystem: table.startsWith("_") });
  return txn.writes().some((write) => write.ns === ns && textOf(txn, write) !== runner.read((committed) => textOf(committed, write)));
}

/** As clients throw it. */
function thrown({ message, data }: FunctionError): Error {
  return data === undefined ? new Error(message) : new ConvexError(jsonToConvex(data as JSONValue));
}

/** The client's own method for tools, which its public types leave out. */
function asAdmin(client: ConvexHttpClient) {
  return client as unknown as { setAdminAuth(key: string, identity?: UserIdentity): void };
}
