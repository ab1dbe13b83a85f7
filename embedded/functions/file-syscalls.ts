/** The operations of `ctx.storage` (SPEC B1): in queries and mutations parts of the transaction, in actions their own. */
import { isBlobName } from "../files/in-transaction.ts";
import { UserError } from "../values/errors.ts";
import type { Json, JsonObject } from "../values/json.ts";
import type { CallSyscalls } from "./action-syscalls.ts";
import type { Code } from "./code.ts";
import type { SyscallScope } from "./syscalls.ts";

type Handler = (s: SyscallScope, args: JsonObject) => Json;
type ActionHandler = (s: CallSyscalls, args: JsonObject) => Json | Promise<Json>;

/** What queries may ask. */
export const FILE_READS: [string, Handler][] = [
  ["1.0/storageGetUrl", ({ txn, instance, code }, args) => txn.files.url(instance.ns, idOf(args), originOf(code))],
  ["1.0/storageGetMetadata", ({ txn, instance }, args) => txn.files.metadata(instance.ns, idOf(args))],
];

/** What only mutations may ask. */
export const FILE_WRITES: [string, Handler][] = [
  ["1.0/storageGenerateUploadUrl", ({ txn, instance, code }) => txn.files.uploadUrl(instance.ns, originOf(code))],
  [
    "1.0/storageDelete",
    ({ txn, instance }, args) => {
      txn.files.remove(instance.ns, idOf(args));
      return null;
    },
  ],
  [
    "1.0/storageStore",
    ({ txn, instance }, args) => {
      const bytes = Buffer.from(text(args, "blob"), "base64");
      return txn.files.storeNow(instance.ns, bytes, optionalText(args, "contentType"), optionalText(args, "sha256"));
    },
  ],
  [
    "1.0/storageGet",
    ({ txn, instance }, args) => {
      const file = txn.files.readNow(instance.ns, idOf(args));
      return file && { blob: file.bytes.toString("base64"), contentType: file.contentType };
    },
  ],
];

/** The same for actions; there the bytes go between the worker thread and the disk (`actions/files.ts`). */
export const ACTION_FILE_OPERATIONS: [string, ActionHandler][] = [
  [
    "1.0/storageGetUrl",
    (s, args) => {
      const { code, instance } = s.scope();
      return s.runner.read((txn) => txn.files.url(instance.ns, idOf(args), originOf(code)));
    },
  ],
  [
    "1.0/storageGetMetadata",
    (s, args) => s.runner.read((txn) => txn.files.metadata(s.scope().instance.ns, idOf(args))),
  ],
  [
    "1.0/storageGenerateUploadUrl",
    (s) => {
      const { code, instance } = s.scope();
      return s.runner.read((txn) => txn.files.uploadUrl(instance.ns, originOf(code)));
    },
  ],
  [
    "1.0/storageDelete",
    async (s, args) => {
      await s.runner.transact((txn) => txn.files.remove(s.scope().instance.ns, idOf(args)));
      return null;
    },
  ],
  // The thread has written the file to `incoming/`.
  [
    "storage/storeBlob",
    async (s, args) => {
      const { uuid, sha256, size } = args;
      if (typeof size !== "number" || !isBlobName(text(args, "uuid"))) throw badArgument("blob", "a stored file");
      const file = { uuid: uuid as string, size, sha256: text(args, "sha256"), contentType: optionalText(args, "contentType") };
      if (Buffer.from(String(sha256), "base64").length !== 32) throw badArgument("sha256", "a SHA-256");
      return (await s.runner.transact((txn) => txn.files.add(s.scope().instance.ns, file))).value;
    },
  ],
  [
    "storage/getBlob",
    (s, args) => {
      const file = s.runner.read((txn) => txn.files.find(s.scope().instance.ns, idOf(args)));
      return file && { uuid: file.uuid, contentType: file.document.contentType ?? null };
    },
  ],
];

/** The address that links to files begin with. */
function originOf(code: Code): string {
  return code.root.env["CONVEX_CLOUD_URL"] ?? "";
}

function idOf(args: JsonObject): string {
  return text(args, "storageId");
}

function text(args: JsonObject, name: string): string {
  const value = args[name];
  if (typeof value === "string") return value;
  throw badArgument(name, "a string");
}

/** A text, or null when it is missing or empty: blobs without a type say "". */
function optionalText(args: JsonObject, name: string): string | null {
  return args[name] === undefined || args[name] === null || args[name] === "" ? null : text(args, name);
}

function badArgument(name: string, expected: string): UserError {
  return new UserError("InvalidArgument", `Invalid argument \`${name}\`: expected ${expected}.`);
}
