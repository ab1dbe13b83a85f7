import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundleApp } from "../fixtures/bundle.ts";
import { Loader } from "../functions/loader.ts";
import { Store } from "../storage/store.ts";
import { analyzePush } from "./analyze.ts";
import { loadCode, systemEnv } from "./load.ts";
import { writeModules, writePushed } from "./stored.ts";
import { treeNodes } from "./tree.ts";
import { parseStartPush } from "./wire.ts";

const dir = mkdtempSync(join(tmpdir(), "embedded-load-"));
const store = new Store(join(dir, "data"));
const origins = { cloudUrl: "http://127.0.0.1:1001", siteUrl: "http://127.0.0.1:1002" };

beforeAll(async () => {
  const request = parseStartPush(await bundleApp(join(import.meta.dirname, "../fixtures/apps/plain/convex")));
  const analyzed = await analyzePush(
    request,
    {
      loader: new Loader(join(dir, "cache")),
      analyzeNode: () => Promise.resolve(new Map()),
      checkCronExpression: () => null,
    },
    { systemEnv: systemEnv(origins), userEnv: new Map(), storedApp: null, storedUdfConfig: null },
  );
  for (const { componentPath } of treeNodes(analyzed.tree)) store.catalog.ensureNamespace(componentPath);
  store.env.set("GREETING", "hello", 0);
  store.env.set("SECRET", "app only", 0);
  writeModules(store, analyzed.modules);
  writePushed(store, {
    version: 7,
    pushedAtMs: 1,
    functions: "convex/",
    nodeVersion: null,
    tree: analyzed.tree,
    analysis: analyzed.analysis,
    auth: analyzed.auth,
    origins,
    unmounted: {},
  });
});
afterAll(() => {
  store.close();
  rmSync(dir, { recursive: true, force: true });
});

describe("the code after a restart", () => {
  it("P15: functions, routes, crons and modules are those of the push", () => {
    const code = loadCode(store, origins);
    expect(code.version).toBe(7);
    expect([...code.byPath.keys()]).toEqual(["", "visits"]);
    expect(code.root.functions.get("messages.js:send")).toMatchObject({
      udfType: "Mutation",
      visibility: "public",
      environment: "isolate",
    });
    expect(code.root.functions.get("messages.js:count")?.visibility).toBe("internal");
    expect(code.root.httpRoutes).toEqual([
      { method: "GET", path: "/ping" },
      { method: "GET", path: "/files/*" },
    ]);
    expect(code.root.crons).toContainEqual({
      identifier: "tick",
      path: "messages.js:tick",
      args: { author: "cron" },
      schedule: { type: "interval", seconds: 43_200 },
    });
    expect(code.root.modules.modules.get("disk.js")?.environment).toBe("node");
    expect(code.root.children.get("visits")).toBe(code.byNs.get(store.catalog.namespace("visits")!));
  });

  it("P12: the app sees every variable, a component only what it is given", () => {
    const code = loadCode(store, origins);
    expect(code.root.env).toMatchObject({ GREETING: "hello", SECRET: "app only", CONVEX_SITE_URL: origins.siteUrl });
    expect(code.byPath.get("visits")?.env).toEqual({
      LABEL: "visits",
      GREETING: "hello",
      CONVEX_CLOUD_URL: origins.cloudUrl,
      CONVEX_SITE_URL: `${origins.siteUrl}/visits`,
    });
  });

  it("P15: on other ports the providers that name the deployment itself go along", () => {
    const moved = { cloudUrl: "http://127.0.0.1:2001", siteUrl: "http://127.0.0.1:2002" };
    const code = loadCode(store, moved);
    expect(code.auth).toEqual([{ domain: moved.siteUrl, applicationID: "convex" }]);
    expect(code.root.env.CONVEX_SITE_URL).toBe(moved.siteUrl);
  });

  it("P15: code that another version stored is refused in one sentence, and stays as it is", () => {
    const other = new Store(join(dir, "other"));
    const stored = store.code.get("pushed") as { format: number; state: { tree: object } };
    const broken: [string, object][] = [
      ["9", { ...stored, format: 9 }],
      ["null", { state: stored.state }],
      ["1", { ...stored, state: { ...stored.state, tree: undefined } }],
      ["1", { ...stored, state: { ...stored.state, analysis: {} } }],
      ["1", { ...stored, state: null }],
    ];
    for (const [form, value] of broken) {
      other.code.put("pushed", value as never);
      expect(() => loadCode(other, origins)).toThrowError(
        expect.objectContaining({ code: "StoredCode", message: expect.stringContaining(`(form ${form}; it reads 1)`) }),
      );
    }
    // A component of the tree without its tables: the folder was put together from two.
    other.code.put("pushed", stored as never);
    expect(() => loadCode(other, origins)).toThrowError(expect.objectContaining({ code: "StoredCode" }));
    other.close();
  });

  it("P15: without a push there is an app without functions", () => {
    const empty = new Store(join(dir, "empty"));
    const code = loadCode(empty, origins);
    expect([code.version, code.root.functions.size, code.byPath.size]).toEqual([0, 0, 1]);
    empty.close();
  });
});
