import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { JsonObject } from "./values/json.ts";
import { type Deployment, type DeploymentOptions, openDeployment } from "./deployment.ts";

/** For tests: a deployment on ports of the system's choice and in a folder of its own, with functions given as source. */

const projectDir = dirname(dirname(fileURLToPath(import.meta.url)));

/** TypeScript sources by path in the functions folder, e.g. `{ "messages.ts": "export const list = query(…)" }`. */
export type Sources = Record<string, string>;

export interface TestDeployment extends Deployment {
  dataDir: string;
  /** Pushes sources in place of what was there, through the endpoints the command line uses. */
  push(sources: Sources): Promise<void>;
  /** Calls a public function over HTTP: its value. Rejects with its error's text. */
  call(kind: "query" | "mutation" | "action", path: string, args: JsonObject): Promise<any>; // oxlint-disable-line typescript/no-explicit-any -- tests look into it
  /** Closes and opens again on the same folder and ports. */
  restart(): Promise<TestDeployment>;
  /** Closes and removes the folder. */
  end(): Promise<void>;
}

/** Opens a deployment in a new folder and pushes `sources` to it. */
export async function openTestDeployment(
  sources: Sources,
  options: Partial<DeploymentOptions> = {},
): Promise<TestDeployment> {
  const dataDir = mkdtempSync(join(tmpdir(), "embedded-"));
  const opened = await open(dataDir, options);
  await opened.push(sources);
  return opened;
}

async function open(dataDir: string, options: Partial<DeploymentOptions>): Promise<TestDeployment> {
  const deployment = await openDeployment({ dataDir, port: 0, sitePort: 0, ...options });
  return {
    ...deployment,
    dataDir,
    push: (sources) => pushSources(deployment, sources),
    async call(kind, path, args) {
      const answer = await fetch(`${deployment.url}/api/${kind}`, { method: "POST", body: JSON.stringify({ path, args }) });
      const result = (await answer.json()) as { status?: string; value?: unknown; errorMessage?: string; message?: string };
      if (result.status !== "success") throw new Error(result.errorMessage ?? result.message);
      return result.value;
    },
    async restart() {
      await deployment.close();
      const [port, sitePort] = [deployment.url, deployment.siteUrl].map((url) => Number(new URL(url).port));
      return open(dataDir, { ...options, port: port ?? 0, sitePort: sitePort ?? 0 });
    },
    async end() {
      await deployment.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Pushes sources to a running server, through the endpoints the command line uses. */
export async function pushSources(deployment: Pick<Deployment, "url" | "adminKey">, sources: Sources): Promise<void> {
  const modules = await Promise.all(Object.entries(sources).map(([path, source]) => bundle(path, source)));
  await pushBundle(deployment, {
    dryRun: false,
    functions: "convex/",
    appDefinition: {
      definition: null,
      dependencies: [],
      schema: modules.find((module) => module.path === "schema.js") ?? null,
      changedModules: modules.filter((module) => module.path !== "schema.js"),
      unchangedModuleHashes: [],
      udfServerVersion: "1.48.0",
    },
    componentDefinitions: [],
    nodeDependencies: [],
  });
}

/** Pushes what is the body of `start_push` (see fixtures/bundle.ts) to a running server. Rejects with its refusal. */
export async function pushBundle({ url, adminKey }: Pick<Deployment, "url" | "adminKey">, request: object): Promise<void> {
  const post = async (path: string, body: object) => {
    const answer = await fetch(`${url}/api/deploy2/${path}`, {
      method: "POST",
      headers: { authorization: `Convex ${adminKey}`, "content-type": "application/json" },
      body: JSON.stringify({ adminKey, ...body }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
    return JSON.parse(text) as { schemaChange?: unknown; type?: string; error?: string };
  };
  const started = await post("start_push", request);
  for (;;) {
    const status = await post("wait_for_schema", { schemaChange: started.schemaChange, timeoutMs: 10_000, dryRun: false });
    if (status.type === "complete") break;
    if (status.type !== "inProgress") throw new Error(`wait_for_schema: ${JSON.stringify(status)}`);
  }
  await post("finish_push", { startPush: started, dryRun: false, message: null });
}

async function bundle(path: string, source: string) {
  const result = await build({
    stdin: { contents: source, sourcefile: path, loader: "ts", resolveDir: projectDir },
    bundle: true,
    write: false,
    format: "esm",
    platform: "browser",
    target: "esnext",
    conditions: ["convex", "module"],
    sourcemap: "external",
    outfile: path.replace(/\.ts$/, ".js"),
    logLevel: "silent",
  });
  const text = (end: string) => result.outputFiles.find((file) => file.path.endsWith(end))?.text ?? null;
  const environment = /^\s*["']use node["']/.test(source) ? "node" : "isolate";
  return { path: path.replace(/\.ts$/, ".js"), source: text(".js") ?? "", sourceMap: text(".js.map"), environment };
}
