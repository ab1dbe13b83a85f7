import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BaseConvexClient } from "convex/browser";
import type { Value } from "convex/values";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDeployment, type Deployment } from "../deployment.ts";
import { bundleApp } from "../fixtures/bundle.ts";

/** System queries as live queries of an admin, in the app and in a component. */

const dataDir = mkdtempSync(join(tmpdir(), "embedded-system-"));
let deployment: Deployment;
let client: BaseConvexClient;

beforeAll(async () => {
  deployment = await openDeployment({ dataDir, port: 0, sitePort: 0 });
  const body = await bundleApp(join(import.meta.dirname, "../fixtures/apps/plain/convex"));
  await post("/api/deploy2/finish_push", { startPush: await post("/api/deploy2/start_push", body), dryRun: false });
  client = new BaseConvexClient(deployment.url, () => undefined);
  // How the command line and the dashboard sign in; not among the client's public types.
  (client as unknown as { setAdminAuth(key: string): void }).setAdminAuth(deployment.adminKey);
});
afterAll(async () => {
  await client.close();
  await deployment.close();
  rmSync(dataDir, { recursive: true, force: true });
});

async function post(path: string, body: object): Promise<Record<string, unknown>> {
  const response = await fetch(`${deployment.url}${path}`, {
    method: "POST",
    headers: { authorization: `Convex ${deployment.adminKey}`, "content-type": "application/json" },
    body: JSON.stringify({ adminKey: deployment.adminKey, ...body }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text === "" ? {} : JSON.parse(text);
}

const send = (body: string) => post("/api/function", { path: "messages:send", args: { author: "ada", body } });

/** Why a system query is refused. */
const refused = async (path: string, args: object) => (await post("/api/function", { path, args })).errorMessage;

/** Longer than news take on a busy machine, ms. */
const poll = (value: () => unknown) => expect.poll(value, { timeout: 25_000 });

/** A live query; `value` is its newest result. */
function subscribe(path: string, args: Record<string, Value> = {}, componentPath?: string) {
  client.subscribe(path, args, (componentPath === undefined ? {} : { componentPath }) as object);
  return { value: () => client.localQueryResult(path, args) };
}

describe("system queries", () => {
  it("P17: a subscriber to a table learns of every change of a document", async () => {
    const live = subscribe("_system/cli/queryTable:default", { tableName: "messages" });
    await poll(live.value).toEqual(expect.any(String));
    const before = live.value();
    await send("one");
    await poll(live.value).not.toBe(before);
  });

  it("P17: documents come in pages, in either order, and stay true", async () => {
    const paginationOpts = { cursor: null, numItems: 10 };
    const live = subscribe("_system/cli/tableData:default", { table: "messages", order: "desc", paginationOpts });
    const bodies = () => (live.value() as { page: { body: string }[] } | undefined)?.page.map(({ body }) => body);
    await poll(bodies).toEqual(["one"]);
    await send("two");
    await poll(bodies).toEqual(["two", "one"]);
  });

  it("P14, P17: a subscriber to the variables learns of a new one", async () => {
    const live = subscribe("_system/cli/queryEnvironmentVariables:default");
    await poll(live.value).toEqual([]);
    await post("/api/update_environment_variables", { changes: [{ name: "GREETING", value: "hello" }] });
    await poll(live.value)
      .toMatchObject([
        { _id: expect.any(String), _creationTime: expect.any(Number), name: "GREETING", value: "hello" },
      ]);
  });

  it("P17: a component's tables are its own", async () => {
    const live = subscribe("_system/cli/tableSize:default", { tableName: "counts" }, "visits");
    await poll(live.value).toEqual(expect.any(Number));
    const tables = subscribe(
      "_system/cli/tables:default",
      { paginationOpts: { cursor: null, numItems: 10 } },
      "visits",
    );
    await poll(tables.value).toMatchObject({ page: [{ name: "counts" }] });
  });

  it("P18: components and schemas are listed for tools", async () => {
    const components = subscribe("_system/frontend/components:list");
    await poll(components.value).toMatchObject([
      { path: "", state: "active" },
      { path: "visits", name: "visits", state: "active", httpPrefix: "/visits/" },
    ]);
    const schemas = subscribe("_system/frontend/getSchemas:default");
    await poll(schemas.value).toMatchObject({ active: expect.stringContaining(`"tableName":"messages"`) });
  });

  it("P17: wrong arguments and private tables are refused", async () => {
    expect(await refused("_system/cli/tableData:default", { table: "messages", order: "up" })).toContain(
      `"order" must be`,
    );
    expect(await refused("_system/cli/tableSize:default", { tableName: "_modules" })).toContain("cannot be read");
  });
});
