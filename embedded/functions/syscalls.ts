/**
 * What queries and mutations may ask of the server (F10): every operation but calling other functions, which the driver
 * does. Arguments and answers are JSON; errors are UserErrors, which user code may catch.
 */
import type { QueryCursor } from "../query/cursor.ts";
import type { QueryJson } from "../query/plan.ts";
import type { Transaction } from "../storage/transaction.ts";
import { UserError } from "../values/errors.ts";
import { checkValue, encodeInt64, isPlainObject, type Json, type JsonObject } from "../values/json.ts";
import { displayFunctionPath } from "../values/names.ts";
import { notSupported } from "./call-values.ts";
import type { Caller, IdentityJson } from "./call-types.ts";
import { addressOf, type Code, type FunctionInfo, type Instance, resolve } from "./code.ts";
import { FILE_READS, FILE_WRITES } from "./file-syscalls.ts";
import type { Handles } from "./handles.ts";
import { parseJwtRequest, type SigningKey } from "./signing-key.ts";

/** One running function as its syscalls see it. */
export interface SyscallScope {
  readonly code: Code;
  readonly handles: Handles;
  readonly deploymentName: string;
  readonly signingKey: SigningKey;
  readonly caller: Caller;
  readonly instance: Instance;
  readonly fn: FunctionInfo;
  readonly kind: "query" | "mutation";
  readonly txn: Transaction;
  /** Null inside components that were called by others. */
  readonly identity: IdentityJson | null;
  readonly cursors: Map<number, QueryCursor>;
  /** Where the page ended last time; only of the outermost query. */
  readonly journal: string | null;
  hasPaged: boolean;
  observe(what: "identity" | "time"): void;
  pageEnded(journal: string): void;
}

type Handler = (s: SyscallScope, args: JsonObject) => Json;

/** Operations that answer at once. Throws UserError, "Unknown operation …" for others. */
export function performSync(s: SyscallScope, op: string, args: string): string {
  const handler = SYNC.get(op);
  if (!handler) throw new UserError("UnknownOperation", `Unknown operation ${op}`);
  return JSON.stringify(handler(s, parse(args)));
}

/** Operations that user code awaits. Throws UserError, "Unknown async operation …" for others. */
export function performAsync(s: SyscallScope, op: string, args: string): string {
  const write = WRITES.get(op);
  const change = CHANGES.get(op);
  if ((write || change) && s.kind === "query") {
    throw new UserError("ReadOnly", `Can't use ${op} in ${displayFunctionPath(s.fn.path)}: queries are read-only.`);
  }
  const document = DOCUMENTS.get(op) ?? change;
  if (document) return document(s, parse(args));
  const handler = READS.get(op) ?? write;
  if (!handler) throw new UserError("UnknownOperation", `Unknown async operation ${op}`);
  return JSON.stringify(handler(s, parse(args)));
}

/** Operations that only read, so that several in a row may be answered together. */
export function isRead(op: string): boolean {
  return DOCUMENTS.has(op);
}

const SYNC = new Map<string, Handler>([
  [
    "1.0/queryStream",
    ({ txn, instance, cursors }, { query }) => {
      const queryId = cursors.size;
      cursors.set(queryId, txn.query(instance.ns, query as unknown as QueryJson));
      return { queryId };
    },
  ],
  [
    "1.0/queryCleanup",
    (s, { queryId }) => {
      // The number stays taken, so that ids are never given twice.
      s.cursors.set(Number(queryId), ended);
      return true;
    },
  ],
  [
    "1.0/db/normalizeId",
    ({ txn, instance }, args) => ({ id: txn.normalizeId(instance.ns, text(args, "table"), text(args, "idString")) }),
  ],
  [
    "1.0/getSnapshotTs",
    (s) => {
      s.observe("time");
      return encodeInt64(s.txn.showSnapshotTs());
    },
  ],
]);

/** Reads of documents answer with JSON text: what is stored goes through without being parsed. */
const DOCUMENTS = new Map<string, (s: SyscallScope, args: JsonObject) => string>([
  [
    "1.0/get",
    ({ txn, instance }, args) => {
      const table = optionalText(args, "table");
      return txn.getText(instance.ns, text(args, "id"), { isSystem: args.isSystem === true, table }) ?? "null";
    },
  ],
  [
    "1.0/queryStreamNext",
    ({ cursors }, { queryId }) => {
      const cursor = cursors.get(Number(queryId));
      if (!cursor) throw new UserError("InvalidArgument", `There is no running query ${String(queryId)}.`);
      const value = cursor.nextText();
      return `{"value":${value},"done":${value === null}}`;
    },
  ],
]);

/** So do writes that answer with a document: its text is made once and then stored. */
const CHANGES = new Map<string, (s: SyscallScope, args: JsonObject) => string>([
  [
    "1.0/shallowMerge",
    ({ txn, instance }, args) =>
      txn.patchText(instance.ns, text(args, "id"), args.value as JsonObject, optionalText(args, "table")),
  ],
  [
    "1.0/replace",
    ({ txn, instance }, args) =>
      txn.replaceText(instance.ns, text(args, "id"), args.value as JsonObject, optionalText(args, "table")),
  ],
  [
    "1.0/remove",
    ({ txn, instance }, args) => txn.removeText(instance.ns, text(args, "id"), optionalText(args, "table")),
  ],
]);

const READS = new Map<string, Handler>([
  ["1.0/queryPage", page],
  ["1.0/count", ({ txn, instance }, args) => txn.count(instance.ns, text(args, "table"))],
  ["1.0/getTransactionMetrics", ({ txn }) => txn.metrics.json()],
  ["1.0/getFunctionMetadata", (s) => functionMetadata(s.instance, s.fn)],
  ["1.0/getDeploymentMetadata", ({ deploymentName }) => deploymentMetadata(deploymentName)],
  ["1.0/getUserIdentity", identity],
  ["1.0/createFunctionHandle", (s, args) => functionHandle(s, args)],
  ...FILE_READS,
]);

const WRITES = new Map<string, Handler>([
  [
    "1.0/insert",
    ({ txn, instance }, args) => ({ _id: txn.insert(instance.ns, text(args, "table"), args.value as JsonObject) }),
  ],
  ["1.0/schedule", (s, args) => schedule(s, s.txn, args)],
  [
    "1.0/cancel_job",
    ({ txn, instance }, args) => {
      txn.cancelJob(instance.ns, text(args, "id"));
      return null;
    },
  ],
  ["1.0/getRequestMetadata", ({ caller, identity }) => requestMetadata(caller, identity !== null)],
  ["1.0/signJwt", signJwt],
  ["1.0/auditLog", () => refuse("the audit log")],
  ...FILE_WRITES,
]);

const ended = { next: () => null, nextText: () => null, collect: () => [] } as unknown as QueryCursor;

function page(s: SyscallScope, args: JsonObject): Json {
  if (s.hasPaged)
    throw new UserError(
      "PaginationError",
      "This query or mutation function ran multiple paginated queries. Convex only supports a single paginated query " +
        "in each function.",
    );
  s.hasPaged = true;
  const { query, cursor = null, endCursor = null, pageSize, maximumRowsRead = null, maximumBytesRead = null } = args;
  const options = { cursor, endCursor, pageSize, maximumRowsRead, maximumBytesRead } as Parameters<
    Transaction["page"]
  >[2];
  const { journal, ...result } = s.txn.page(s.instance.ns, query as unknown as QueryJson, options, s.journal);
  s.pageEnded(journal);
  return result as unknown as Json;
}

function identity(s: SyscallScope): Json {
  s.observe("identity");
  if (s.caller.invalidToken !== undefined && s.identity === null)
    throw new UserError("Unauthenticated", s.caller.invalidToken);
  return s.identity;
}

/** A token of the deployment: its issuer is the address of the app or, for a component, one below it (F27). */
function signJwt({ signingKey, instance: { env, path }, txn }: SyscallScope, args: JsonObject): string {
  const request = parseJwtRequest(args);
  if (!signingKey.isStored) txn.atFlush(() => signingKey.store());
  const cloudUrl = env.CONVEX_CLOUD_URL ?? "";
  return signingKey.sign(request, path === "" ? cloudUrl : `${cloudUrl}/components/${path}`, txn.nowMs);
}

/** Resolves the callee of a schedule syscall and schedules it in `txn`. Also for actions. */
export function schedule(
  s: Pick<SyscallScope, "code" | "handles" | "instance" | "caller">,
  txn: Transaction,
  args: JsonObject,
): string {
  const { instance, fn } = resolve(s.code, s.instance, addressOf(args), s.handles);
  if (fn.udfType === "Query") {
    throw new UserError(
      "InvalidSchedule",
      `${displayFunctionPath(fn.path)} is a query: only mutations and actions can be scheduled.`,
    );
  }
  const { ts, args: given = {} } = args;
  if (typeof ts !== "number") throw new UserError("InvalidSchedule", "The time to run at must be a number of seconds.");
  checkValue(given, { what: `Arguments of ${displayFunctionPath(fn.path)}` });
  return txn.schedule(s.instance.ns, {
    componentPath: instance.path,
    path: fn.path,
    udfType: fn.udfType === "Mutation" ? "mutation" : "action",
    args: given,
    // Seconds come as floats; what was a whole millisecond is one again.
    atMs: Math.round(ts * 1e6) / 1e3,
    ...(s.caller.scheduledJobId === undefined ? {} : { parent: s.caller.scheduledJobId }),
  });
}

/** Answers `getFunctionMetadata`: the name is one that can be called. */
export function functionMetadata(instance: Instance, fn: FunctionInfo): Json {
  return { name: displayFunctionPath(fn.path), componentPath: instance.path };
}

export function deploymentMetadata(name: string): Json {
  return { name, region: null, class: "s16" };
}

/** Answers `getRequestMetadata`; the token only to those who may know who is signed in (F13). */
export function requestMetadata(caller: Caller, mayKnowUser: boolean): Json {
  return {
    ip: caller.ip ?? null,
    userAgent: caller.userAgent ?? null,
    requestId: caller.requestId,
    scheduledFunctionId: caller.scheduledJobId ?? null,
    authToken: mayKnowUser ? (caller.authToken ?? null) : null,
  };
}

/** Answers `createFunctionHandle` for the function that `args` names. */
export function functionHandle(s: Pick<SyscallScope, "code" | "handles" | "instance">, args: JsonObject): string {
  const { instance, fn } = resolve(s.code, s.instance, addressOf(args), s.handles);
  const handle = s.handles.textOf(instance.path, fn.path);
  if (handle === null)
    throw new UserError("FunctionNotFound", `${displayFunctionPath(fn.path)} has no handle: it was not pushed.`);
  return handle;
}

function refuse(what: string): never {
  throw notSupported(what);
}

function parse(args: string): JsonObject {
  const parsed = JSON.parse(args) as Json;
  if (!isPlainObject(parsed)) throw new UserError("InvalidArgument", "The argument of an operation must be an object.");
  return parsed;
}

function text(args: JsonObject, name: string): string {
  const value = args[name];
  if (typeof value === "string") return value;
  throw new UserError("InvalidArgument", `Invalid argument \`${name}\`: expected a string.`);
}

function optionalText(args: JsonObject, name: string): string | undefined {
  return args[name] === undefined || args[name] === null ? undefined : text(args, name);
}
