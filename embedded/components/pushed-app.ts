/** For tests: a fixture app on a deployment of its own, pushed by the real command line, and the real clients on it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConvexClient, ConvexHttpClient } from "convex/browser";
import type { FunctionArgs, FunctionReference, FunctionReturnType } from "convex/server";
import { afterAll, beforeAll, expect, vi } from "vitest";
import { openDeployment } from "../deployment.ts";
import { fixtureApp, type FixtureApp } from "../fixtures/cli.ts";

/** A push takes three to five seconds, several times that on a busy machine. */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });

/** What the tests need of a deployment, wherever it runs. */
export interface Target {
  url: string;
  siteUrl: string;
  adminKey: string;
  close(): Promise<void>;
}

export interface PushOptions {
  /** Runs before the push, e.g. to set variables. */
  prepare?: (app: PushedApp) => Promise<unknown>;
  /** Opens the deployment on an empty folder, when it is not to run in the test's own process. */
  open?: (dataDir: string) => Promise<Target>;
}

type Public<Type extends "query" | "mutation" | "action"> = FunctionReference<Type, "public" | "internal">;

export class PushedApp {
  readonly deployment: Target;
  readonly http: ConvexHttpClient;
  readonly #source: FixtureApp;
  readonly #dataDir: string;
  #clients: ConvexClient[] = [];

  constructor(deployment: Target, source: FixtureApp, dataDir: string) {
    this.deployment = deployment;
    this.http = new ConvexHttpClient(deployment.url, { logger: false });
    this.#source = source;
    this.#dataDir = dataDir;
  }

  /** A new WebSocket client, closed at the end. */
  live(): ConvexClient {
    const client = new ConvexClient(this.deployment.url, { logger: false });
    this.#clients.push(client);
    return client;
  }

  /** Runs the command line in the app's folder: its standard output. Throws what it complains of. */
  async convex(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.#source.convex(...args);
    if (code !== 0) throw new Error(`convex ${args.join(" ")}: exit ${code}\n${stdout}\n${stderr}`);
    return stdout;
  }

  /** The files of the app below `path` as they are now. */
  files(path: string): Record<string, string> {
    return this.#source.files(path);
  }

  /** Sets variables of the deployment. */
  async setVariables(variables: Record<string, string>): Promise<void> {
    const changes = Object.entries(variables).map(([name, value]) => ({ name, value }));
    const response = await this.#post("update_environment_variables", { changes });
    if (!response.ok) throw new Error(await response.text());
  }

  /** The value of any function of the app, internal ones included. */
  async admin<Type extends "query" | "mutation" | "action", F extends Public<Type>>(
    path: string,
    args: FunctionArgs<F>,
    componentPath?: string,
  ): Promise<FunctionReturnType<F>> {
    const response = await this.#post("function", { path, args, componentPath });
    const answer = (await response.json()) as { status?: string; value?: unknown; errorMessage?: string; message?: string };
    if (answer.status !== "success") throw new Error(answer.errorMessage ?? answer.message);
    return answer.value as FunctionReturnType<F>;
  }

  #post(path: string, body: object): Promise<Response> {
    return fetch(`${this.deployment.url}/api/${path}`, {
      method: "POST",
      headers: { authorization: `Convex ${this.deployment.adminKey}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  }

  /** The first result of `query` that `enough` accepts, followed over a WebSocket; rejects after `timeoutMs`. */
  async until<Query extends FunctionReference<"query">>(
    query: Query,
    args: FunctionArgs<Query>,
    enough: (result: FunctionReturnType<Query>) => boolean,
    timeoutMs = 30_000,
  ): Promise<FunctionReturnType<Query>> {
    const client = (this.#clients[0] ??= new ConvexClient(this.deployment.url, { logger: false }));
    const { promise, resolve, reject } = Promise.withResolvers<FunctionReturnType<Query>>();
    let last: unknown = "nothing";
    const stop = client.onUpdate(query, args, (result) => (enough(result) ? resolve(result) : (last = result)), reject);
    const timer = setTimeout(() => {
      reject(new Error(`after ${timeoutMs} ms the result is still ${JSON.stringify(last)}`));
    }, timeoutMs);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      stop();
    }
  }

  async end(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close()));
    this.#source.end();
    await this.deployment.close();
    rmSync(this.#dataDir, { recursive: true, force: true });
  }
}

/**
 * Opens a deployment and pushes `apps/<name>` to it, before the tests of the file that calls it; ends it after them. The
 * code that the push generates must be what is kept with the app.
 */
export function pushedApp(name: string, { prepare, open = openHere }: PushOptions = {}): () => PushedApp {
  let app: PushedApp | undefined;
  beforeAll(async () => {
    const dataDir = mkdtempSync(join(tmpdir(), `embedded-${name}-`));
    const deployment = await open(dataDir);
    app = new PushedApp(deployment, fixtureApp(name, deployment), dataDir);
    await prepare?.(app);
    const generated = app.files("convex/_generated");
    await app.convex("dev", "--once", "--typecheck", "disable");
    expect(app.files("convex/_generated")).toEqual(generated);
  });
  afterAll(() => app?.end());
  return () => {
    if (!app) throw new Error(`The app ${name} is not pushed yet.`);
    return app;
  };
}

function openHere(dataDir: string): Promise<Target> {
  return openDeployment({ dataDir, port: 0, sitePort: 0 });
}
