import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { openDeployment, type Deployment } from "../deployment.ts";
import { fixtureApp, type FixtureApp } from "../fixtures/cli.ts";

/** What people seldom do with the command line, and the tools that stand on it. */

const dataDir = mkdtempSync(join(tmpdir(), "embedded-cli-long-"));
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let deployment: Deployment;
let app: FixtureApp;

beforeAll(async () => {
  deployment = await openDeployment({ dataDir, port: 0, sitePort: 0 });
  app = fixtureApp("plain", deployment);
  const { code, stderr } = await app.convex("dev", "--once", "--typecheck", "disable");
  if (code !== 0) throw new Error(stderr);
  await app.convex("run", "messages:send", `{"author":"ada","body":"hello"}`);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  app.end();
  await deployment.close();
  rmSync(dataDir, { recursive: true, force: true });
});

describe("tools on the command line", () => {
  it("P23: every tool of convex mcp works when it is pointed here", async () => {
    vi.stubEnv("CONVEX_PROVISION_HOST", deployment.url);
    vi.stubEnv("CONVEX_OVERRIDE_ACCESS_TOKEN", "none");
    const mcp = app.start("mcp", "start");
    let id = 0;
    const ask = async (method: string, params: object): Promise<string> => {
      id++;
      mcp.write(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
      return mcp.until(`"id":${id}}`);
    };
    const tool = (name: string, args: object = {}) => ask("tools/call", { name, arguments: args });
    try {
      await ask("initialize", {
        protocolVersion: "2024-11-05",
        capabilities: {},
        clientInfo: { name: "test", version: "1" },
      });
      mcp.write(JSON.stringify({ jsonrpc: "2.0", method: "notifications/initialized" }));
      const status = await tool("status", { projectDir: app.dir });
      const selector = /deploymentSelector\\":\s*\\"([^"\\]+)/.exec(status)?.[1];
      expect(selector, status).toBeDefined();
      const at = (args: object = {}) => ({ deploymentSelector: selector, ...args });
      const tables = await tool("tables", at());
      expect(tables).toContain("by_author");
      expect(tables).toContain("inferredSchema");
      expect(await tool("data", at({ tableName: "messages", order: "asc" }))).toContain("hello");
      expect(await tool("functionSpec", at())).toContain("messages.js:send");
      expect(await tool("run", at({ functionName: "messages:list", args: "{}" }))).toContain("ada: hello");
      const query = `import { query } from "convex:/_system/repl/wrappers.js";
        export default query(async (ctx) => {
          console.log("asked by a tool");
          return (await ctx.db.query("messages").collect()).map((m) => m.body + "!");
        });`;
      expect(await tool("runOneoffQuery", at({ query }))).toContain("hello!");
      expect(await tool("envSet", at({ name: "GREETING", value: "hi" }))).not.toContain("rror");
      expect(await tool("envGet", at({ name: "GREETING" }))).toContain("hi");
      expect(await tool("envList", at())).toContain("GREETING");
      expect(await tool("logs", at())).toContain("asked by a tool");
    } finally {
      await mcp.stop();
      vi.unstubAllEnvs();
    }
  });

  it("P1: the variables CONVEX_SELF_HOSTED_URL and CONVEX_SELF_HOSTED_ADMIN_KEY name the deployment", async () => {
    app.write(
      "target.env",
      `CONVEX_SELF_HOSTED_URL=${deployment.url}\nCONVEX_SELF_HOSTED_ADMIN_KEY=${deployment.adminKey}\n`,
    );
    const { code, stdout } = await app.bare("run", "--env-file", "target.env", "messages:list");
    expect([code, stdout]).toEqual([0, expect.stringContaining("ada: hello")]);
  });

  it("P2: a wrong key is told as such by every command", async () => {
    const stranger = fixtureApp("plain", { ...deployment, adminKey: `${deployment.adminKey}0` });
    for (const args of [["run", "messages:count"], ["env", "list"], ["data"], ["function-spec"]]) {
      const { code, stderr } = await stranger.convex(...args);
      expect([args[0], code === 0, stderr.length > 0]).toEqual([args[0], false, true]);
    }
    stranger.end();
  });

  it("P1: data in either order and in a component; env refuses what is built in", async () => {
    await app.convex("run", "messages:send", `{"author":"bob","body":"second"}`);
    const { stdout } = await app.convex("data", "messages", "--order", "asc", "--limit", "1");
    expect(stdout).toContain("hello");
    expect(stdout).not.toContain("second");
    const builtIn = await app.convex("env", "set", "CONVEX_SITE_URL", "x");
    expect([builtIn.code, builtIn.stderr]).toEqual([1, expect.stringContaining("EnvVarNameForbidden")]);
  });

  it("P1: network-test finds the deployment in order", async () => {
    const { code, stderr } = await app.convex("network-test", "--timeout", "30");
    expect([code, stderr]).toEqual([0, expect.stringContaining("Network test passed")]);
  });
});
