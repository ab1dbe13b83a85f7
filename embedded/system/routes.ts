/** The endpoints that the dashboard and tools ask besides functions, all with the admin key (P23). */
import type { Code } from "../functions/code.ts";
import type { Runner } from "../functions/runner.ts";
import type { Route } from "../push/routes.ts";
import type { Store } from "../storage/store.ts";
import { isUserIndex } from "../storage/tables.ts";
import { UserError } from "../values/errors.ts";
import { parseFunctionPath } from "../values/names.ts";
import { shapeOf } from "./shapes.ts";
import { newestDocuments, shownFields } from "./tables.ts";

export interface SystemRouteDeps {
  store: Store;
  runner: Runner;
  code: () => Code;
}

/** Documents that the shape of a table is inferred from. */
const SHAPE_SAMPLE = 256;
/** Jobs canceled in one transaction. */
const CANCEL_SLICE = 500;

type Fields = Record<string, unknown>;

/** The endpoints. Those of `convex mcp` answer what its own service would: there is nothing to sign in to or to agree. */
export function systemRoutes(deps: SystemRouteDeps): Route[] {
  const admin = (
    method: Route["method"],
    path: string,
    answer: (body: Fields, query: URLSearchParams) => unknown,
  ): Route => ({
    method,
    path,
    auth: "header",
    handler: async (body, _headers, query) => ({ status: 200, json: await answer((body ?? {}) as Fields, query) }),
  });
  const open = (method: Route["method"], path: string, json?: unknown): Route => ({
    method,
    path,
    auth: "none",
    handler: async () => ({ status: 200, json }),
  });
  return [
    admin("GET", "/api/check_admin_key", () => ({ success: true })),
    admin("GET", "/api/shapes2", (_body, query) => shapes(deps, namespaceOf(deps, query.get("component")))),
    admin("GET", "/api/get_indexes", () => ({ indexes: indexes(deps.store) })),
    admin("POST", "/api/delete_tables", async ({ tableNames, componentId }) => {
      if (!Array.isArray(tableNames) || !tableNames.every((name) => typeof name === "string")) {
        throw wrong("tableNames", "a list of names");
      }
      const { deleteTables } = await import("./delete-tables.ts");
      await deleteTables(tableNames, namespaceOf(deps, componentId), deps);
    }),
    admin("POST", "/api/cancel_job", async ({ id, componentId }) => {
      if (typeof id !== "string") throw wrong("id", "the id of a scheduled function");
      const ns = namespaceOf(deps, componentId);
      await deps.runner.transact((txn) => txn.cancelJob(ns, id));
    }),
    admin("POST", "/api/cancel_all_jobs", ({ udfPath, componentId }) =>
      cancelAll(deps, namespaceOf(deps, componentId), udfPath),
    ),
    open("HEAD", "/api/authorize"),
    open("POST", "/api/check_opt_ins", { optInsToAccept: [] }),
  ];
}

/** The namespace of a component id; the app's for none. */
function namespaceOf({ store }: SystemRouteDeps, componentId: unknown): number {
  if (componentId === undefined || componentId === null) return 0;
  const ns = Number(componentId);
  if (store.catalog.pathOf(ns) === undefined) {
    throw new UserError("ComponentNotFound", `There is no component ${JSON.stringify(componentId)}.`, 400);
  }
  return ns;
}

function shapes({ store, runner, code }: SystemRouteDeps, ns: number): Fields {
  const componentPath = store.catalog.pathOf(ns)!;
  const instance = code().byPath.get(componentPath) ?? null;
  const context = { store, code: code(), ns, componentPath, instance };
  const nameOf = (number: number) => store.catalog.tableByNumber(ns, number)?.name;
  const tables = [...store.catalog.tables(ns)].filter(({ system }) => !system);
  return runner.read((txn) =>
    Object.fromEntries(
      tables.map(({ name }) => {
        const documents = newestDocuments(txn, context, { table: name, limit: SHAPE_SAMPLE });
        return [name, shapeOf(documents as never, nameOf)];
      }),
    ),
  );
}

function indexes({ catalog }: Store): Fields[] {
  return [...catalog.tables(0)].flatMap((table) =>
    [...table.indexes.values(), ...table.building.values()].filter(isUserIndex).map((index) => ({
      table: table.name,
      name: index.name,
      fields: shownFields(index),
      backfill: { state: index.ready ? "done" : "in_progress" },
    })),
  );
}

/** Cancels all pending jobs of a namespace, or those of one function. */
async function cancelAll({ store, runner }: SystemRouteDeps, ns: number, udfPath: unknown): Promise<void> {
  if (udfPath !== undefined && udfPath !== null && typeof udfPath !== "string") throw wrong("udfPath", "a function path");
  const target = typeof udfPath === "string" ? parseFunctionPath(udfPath) : null;
  const path = target && `${target.module}:${target.name}`;
  const cancelSome = () =>
    runner.transact((txn) => {
      const { jobs } = store.jobs.pendingAfter(ns, { path, after: null, limit: CANCEL_SLICE });
      for (const { id } of jobs) txn.cancelJob(ns, id);
      return jobs.length;
    });
  while ((await cancelSome()).value === CANCEL_SLICE);
}

function wrong(name: string, expected: string): UserError {
  return new UserError("BadArgument", `"${name}" must be ${expected}.`, 400);
}
