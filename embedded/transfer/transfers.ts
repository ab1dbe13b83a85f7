/** Export and import as the deployment holds them: their code is loaded when somebody asks for it. */
import { existsSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { join } from "node:path";
import type { Runner } from "../functions/runner.ts";
import type { Reply } from "../http/reply.ts";
import type { Store } from "../storage/store.ts";
import { isExportOver, readExport } from "./export-state.ts";
import { isImportOver, readImports } from "./import-state.ts";
import { STAGING_PATH } from "./staging.ts";

export interface TransferDeps {
  store: Store;
  runner: Pick<Runner, "transact" | "setCode" | "code">;
  report: (error: unknown) => void;
}

/** Whether a path is an endpoint of export or import. */
export function isTransferPath(path: string): boolean {
  return /^\/api\/(export|import)\/|^\/api\/perform_import$/.test(path);
}

export class Transfers {
  readonly #deps: TransferDeps;
  #parts: Promise<Parts> | null = null;

  constructor(deps: TransferDeps) {
    this.#deps = deps;
  }

  /** Ends what an earlier process left unfinished, if it left anything; resolves when everybody is told the truth. */
  async start(): Promise<void> {
    if (isUnfinished(this.#deps.store)) await this.#load();
  }

  /** Answers a request of an admin; null when there is no such endpoint. Throws UserError for what is refused. */
  async route(request: IncomingMessage, url: URL): Promise<Reply | null> {
    const parts = await this.#load();
    return parts.route(parts, request, url);
  }

  /** Ends what is under way, of which nothing stays. */
  async close(): Promise<void> {
    if (!this.#parts) return;
    const { exports, imports } = await this.#parts;
    await Promise.all([exports.close(), imports.close()]);
  }

  #load(): Promise<Parts> {
    return (this.#parts ??= load(this.#deps));
  }
}

type Parts = Awaited<ReturnType<typeof load>>;

async function load(deps: TransferDeps) {
  const [{ Exports }, { Imports }, { transferRoutes }] = await Promise.all([
    import("./exports.ts"),
    import("./imports.ts"),
    import("./routes.ts"),
  ]);
  const parts = { exports: new Exports(deps), imports: new Imports(deps), route: transferRoutes };
  parts.imports.start();
  return parts;
}

function isUnfinished(store: Store): boolean {
  const last = readExport(store);
  const staging = store.catalog.namespace(STAGING_PATH);
  return (
    (last !== null && !isExportOver(last)) ||
    readImports(store).some((record) => !isImportOver(record)) ||
    (staging !== undefined && [...store.catalog.tables(staging)].some(({ system }) => !system)) ||
    ["exports", "imports"].some((name) => existsSync(join(store.db.dir, name)))
  );
}
