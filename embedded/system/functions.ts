/**
 * The server's own functions under `_system/`, for admins only: what the command line, the dashboard and tools ask (P17,
 * P18, P21, P22). They run natively inside the namespace of one component; queries record what they read, so that
 * subscriptions to them stay true, and mutations are transactions like any other.
 */
import type { Code, Instance } from "../functions/code.ts";
import type { Store } from "../storage/store.ts";
import type { Transaction } from "../storage/transaction.ts";
import { UserError } from "../values/errors.ts";
import type { Json, JsonObject } from "../values/json.ts";
import { apiSpec } from "./api-spec.ts";
import { TRANSFER_QUERIES } from "../transfer/system.ts";
import { stringArgument } from "./arguments.ts";
import { listComponents, schemasOf } from "./components.ts";
import {
  addDocuments,
  clearTablePage,
  createTable,
  deleteDocuments,
  patchDocuments,
  replaceDocument,
} from "./documents.ts";
import { deleteFile, deleteFiles, fileById, fileCount, filePage, uploadUrl } from "./files.ts";
import { cronJobs, nextJobTimestamp, scheduledJobs } from "./jobs.ts";
import { listAllModules, listModules, sourceCode } from "./modules.ts";
import {
  documentById,
  documentsById,
  filteredTable,
  indexesOf,
  newestDocuments,
  queryTable,
  tableData,
  tableMapping,
  tables,
  tableSize,
} from "./tables.ts";

/** Where a system function runs: `ns` and `componentPath` of the component, `instance` null when it is unmounted. */
export interface SystemContext {
  code: Code;
  store: Store;
  ns: number;
  componentPath: string;
  instance: Instance | null;
}

export interface SystemFunction {
  type: "query" | "mutation";
  /** What it made or dropped is known to no read set: live queries must run again. */
  changesTables: boolean;
  /** Throws UserError for wrong arguments, ConvexFailure for what a tool shows to a person. */
  run(txn: Transaction, context: SystemContext, args: JsonObject): Json;
}

/** The name of the dependency that a change of environment variables or code touches. */
export const CODE_DEPENDENCY = "code";

type Run = SystemFunction["run"];
type CodeRun = (context: SystemContext, args: JsonObject) => Json;

/** What is answered from code, variables and catalog. */
const ABOUT_CODE: Record<string, CodeRun> = {
  "cli/convexUrl:cloudUrl": ({ code }) => code.root.env.CONVEX_CLOUD_URL ?? null,
  "cli/convexUrl:siteUrl": ({ code }) => code.root.env.CONVEX_SITE_URL ?? null,
  "cli/queryEnvironmentVariables:default": ({ store }) => allVariables(store),
  "cli/queryEnvironmentVariables:get": oneVariable,
  "cli/modules:apiSpec": apiSpec,
  "frontend/components:list": listComponents,
  "frontend/convexCloudUrl:default": ({ code }) => code.root.env.CONVEX_CLOUD_URL ?? null,
  "frontend/convexSiteUrl:default": ({ code }) => code.root.env.CONVEX_SITE_URL ?? null,
  "frontend/deploymentState:deploymentState": () => ({ state: "running" }),
  "frontend/getSchemas:default": schemasOf,
  "frontend/getSchemas:schemaValidationProgress": () => null,
  "frontend/getVersion:default": ({ code }) => code.root.env.CONVEX_VERSION ?? "1.48.0",
  "frontend/indexes:backfilling": () => [],
  "frontend/listAuthProviders:default": ({ code }) => code.auth as unknown as Json,
  "frontend/listConfiguredSinks:default": () => [],
  "frontend/listCronJobRuns:default": () => [],
  "frontend/listCronJobs:default": cronJobs,
  "frontend/listEnvironmentVariables:default": ({ store }) => allVariables(store),
  "frontend/modules:getSourceCode": sourceCode,
  "frontend/modules:list": listModules,
  "frontend/modules:listForAllComponents": listAllModules,
};

const QUERIES: Record<string, Run> = {
  ...TRANSFER_QUERIES,
  "cli/queryTable:default": queryTable,
  "cli/tableData:default": tableData,
  "cli/tableSize:default": tableSize,
  "cli/tables:default": tables,
  "frontend/fileStorageV2:fileMetadata": filePage,
  "frontend/fileStorageV2:getFile": fileById,
  "frontend/fileStorageV2:numFiles": fileCount,
  "frontend/getById:default": documentById,
  "frontend/getTableMapping:default": tableMapping,
  "frontend/indexes:default": indexesOf,
  "frontend/listById:default": documentsById,
  "frontend/listTableScan:default": newestDocuments,
  "frontend/paginatedScheduledJobs:default": scheduledJobs,
  "frontend/paginatedTableDocuments:default": filteredTable,
  "frontend/scheduler:nextScheduledJobTimestamp": nextJobTimestamp,
  "frontend/tableSize:default": tableSize,
};

const MUTATIONS: Record<string, Run> = {
  "frontend/addDocument:default": addDocuments,
  "frontend/clearTablePage:default": clearTablePage,
  "frontend/createTable:default": createTable,
  "frontend/deleteDocuments:default": deleteDocuments,
  "frontend/fileStorageV2:deleteFile": deleteFile,
  "frontend/fileStorageV2:deleteFiles": deleteFiles,
  "frontend/fileStorageV2:generateUploadUrl": uploadUrl,
  "frontend/patchDocumentsFields:default": patchDocuments,
  "frontend/replaceDocument:default": replaceDocument,
};

const CHANGES_TABLES = new Set(["frontend/createTable:default"]);

/** The paths of everything supported, without `_system/`. */
export const SYSTEM_PATHS: readonly string[] = [ABOUT_CODE, QUERIES, MUTATIONS].flatMap(Object.keys).sort();

/** The system function of that path (`_system/cli/tables` means `:default`), or undefined. */
export function systemFunction(path: string): SystemFunction | undefined {
  const full = path.replace(/^_system\//, "").replace(/\.js(?=:|$)/, "");
  const name = full.includes(":") ? full : `${full}:default`;
  const make = (type: SystemFunction["type"], run: Run) => ({ type, run, changesTables: CHANGES_TABLES.has(name) });
  const about = own(ABOUT_CODE, name);
  if (about) {
    return make("query", (txn, context, args) => {
      txn.reads.depend(CODE_DEPENDENCY);
      return about(context, args);
    });
  }
  const query = own(QUERIES, name);
  if (query) return make("query", query);
  const mutation = own(MUTATIONS, name);
  return mutation && make("mutation", mutation);
}

function own<T>(record: Record<string, T>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

function allVariables({ env }: Store): Json {
  return env.list().map(({ id, creation, name, value }) => ({ _id: id, _creationTime: creation, name, value }));
}

function oneVariable({ store, code }: SystemContext, args: JsonObject): Json {
  const name = stringArgument(args, "name");
  const found = store.env.list().find((variable) => variable.name === name);
  if (found) return { name, value: found.value };
  const builtIn = name === "CONVEX_CLOUD_URL" || name === "CONVEX_SITE_URL" ? code.root.env[name] : undefined;
  return builtIn === undefined ? null : { name, value: builtIn };
}

/** The refusal of a path under `_system/` that this server does not have. */
export function unknownSystemFunction(path: string): UserError {
  return new UserError("NotSupported", `The system function ${path} is not supported by this server.`, 400);
}
