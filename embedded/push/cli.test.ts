import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { openDeployment, type Deployment } from "../deployment.ts";
import { fixtureApp, type CommandResult, type FixtureApp } from "../fixtures/cli.ts";

/**
 * The commands of the real command line that end, each run at least once on one app; every test goes on from the one
 * before. What only the server decides is asked for without the command line, which takes a second to start.
 */

const dataDir = mkdtempSync(join(tmpdir(), "embedded-cli-"));
/** A command takes a second or two, several on a busy machine. */
vi.setConfig({ testTimeout: 120_000 });

let deployment: Deployment;
let app: FixtureApp;

beforeAll(async () => {
  deployment = await openDeployment({ dataDir, port: 0, sitePort: 0 });
  app = fixtureApp("plain", deployment);
});
afterAll(async () => {
  app.end();
  await deployment.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const PUSH = ["dev", "--once", "--typecheck", "disable"];

async function succeeded(...args: string[]): Promise<CommandResult> {
  const result = await app.convex(...args);
  if (result.code !== 0) throw new Error(`${args.join(" ")}: exit ${result.code}\n${result.stdout}\n${result.stderr}`);
  return result;
}

/** What `convex run` prints, as a value. */
async function run(...args: string[]): Promise<unknown> {
  const { stdout } = await succeeded("run", ...args);
  return stdout.trim() === "" ? null : JSON.parse(stdout);
}

/** The value of a function, asked for as an admin without the command line. */
async function call(path: string, args: object = {}): Promise<unknown> {
  const response = await fetch(`${deployment.url}/api/function`, {
    method: "POST",
    headers: { authorization: `Convex ${deployment.adminKey}`, "content-type": "application/json" },
    body: JSON.stringify({ path, args }),
  });
  const answer = (await response.json()) as { status: string; value?: unknown; errorMessage?: string };
  if (answer.status !== "success") throw new Error(answer.errorMessage);
  return answer.value;
}

describe("the command line", () => {
  it("P1: dev --once pushes an app with a component", async () => {
    const { stderr } = await succeeded(...PUSH);
    expect(stderr).toContain("Installed component visits.");
    expect(stderr).toContain("Convex functions ready!");
    expect(await call("messages:send", { author: "ada", body: "hello" })).toMatch(/^[a-z0-9]{31,37}$/);
  });

  it("P1: run calls functions with arguments, also those for Node and inside a component", async () => {
    const sha = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb";
    expect(await run("disk:digest", `{"text":"a"}`)).toBe(sha);
    const visits = { value: 1, label: "visits", greeting: null, site: `${deployment.siteUrl}/visits` };
    expect(await run("--component", "visits", "lib:get", `{"name":"ada"}`)).toEqual(visits);
    expect(await call("messages:visits", { name: "ada" })).toEqual(visits);
  });

  it("P1: run acts as a person", async () => {
    const identity = JSON.stringify({ subject: "u1", issuer: "https://issuer.test", name: "Ada" });
    expect(await run("messages:whoami", "--identity", identity)).toMatchObject({
      subject: "u1",
      tokenIdentifier: "https://issuer.test|u1",
      name: "Ada",
    });
    expect(await call("messages:whoami")).toBe(null);
  });

  it("P1: run names the functions there are when it is asked for another", async () => {
    const { code, stderr } = await app.convex("run", "messages:gone");
    expect(code).toBe(1);
    expect(stderr).toContain("Could not find function for 'messages:gone'");
    expect(stderr).toContain("messages:list");
  });

  it("P20: run --inline-query runs what is given, here in a component", async () => {
    // The app's crons count under names of their own, whenever they are due.
    const of = `(await ctx.db.query("counts").collect()).filter(({ name }) => name === "ada").map(({ value }) => value)`;
    expect(await run("--component", "visits", "--inline-query", of)).toEqual([1]);
  });

  it("P5: codegen changes nothing that runs; run --push pushes before it runs", async () => {
    app.edit("convex/format.ts", "${author}: ${body}", "${author} says ${body}");
    const generated = app.files("convex/_generated");
    await succeeded("codegen", "--typecheck", "disable");
    expect(app.files("convex/_generated")).toEqual(generated);
    expect(await call("messages:list")).toEqual(["ada: hello"]);
    expect(await run("--push", "--typecheck", "disable", "messages:list")).toEqual(["ada says hello"]);
  });

  it("P14: env sets, lists, gets and removes variables, which functions and components see at once", async () => {
    await succeeded("env", "set", "GREETING", "good morning");
    expect(await call("messages:greeting")).toBe("good morning");
    expect(await call("messages:visits", { name: "ada" })).toMatchObject({ greeting: "good morning" });
    app.write("more.env", "OTHER=x=y\nSTAGE=test\n");
    await succeeded("env", "set", "--from-file", "more.env");
    const { stdout } = await succeeded("env", "list", "--include-values");
    expect(stdout.trim().split("\n")).toEqual(["GREETING=good morning", "OTHER=x=y", "STAGE=test"]);
    expect((await succeeded("env", "get", "GREETING")).stdout.trim()).toBe("good morning");
    await succeeded("env", "remove", "GREETING");
    expect(await call("messages:greeting")).toBe(null);
    expect((await app.convex("env", "get", "GREETING")).stderr).toContain(`"GREETING" not found`);
  });

  it("P13, P14: a value that the app does not allow is refused", async () => {
    const stage = await app.convex("env", "set", "STAGE", "nowhere");
    expect([stage.code, stage.stderr]).toEqual([1, expect.stringContaining("InvalidEnvironmentVariable")]);
  });

  it("P17, P18: data and function-spec show tables and functions", async () => {
    expect((await succeeded("data")).stdout.trim()).toBe("messages");
    expect((await succeeded("data", "counts", "--component", "visits")).stdout).toContain(`"ada"`);
    const spec = JSON.parse((await succeeded("function-spec")).stdout) as {
      url: string;
      functions: Record<string, unknown>[];
    };
    expect(spec.url).toBe(deployment.url);
    expect(spec.functions).toContainEqual({ functionType: "HttpAction", method: "GET", path: "/ping" });
    expect(spec.functions.find(({ identifier }) => identifier === "messages.js:count")).toEqual({
      identifier: "messages.js:count",
      functionType: "Query",
      visibility: { kind: "internal" },
      args: { type: "object", value: {} },
      returns: { type: "number" },
    });
  });

  it("P3: a push sends only the modules that changed", async () => {
    app.edit("convex/http.ts", `"pong"`, `"pong again"`);
    await succeeded("deploy", "--typecheck", "disable", "--write-push-request", "request");
    const { appDefinition } = JSON.parse(app.read("request.json")) as {
      appDefinition: Record<"changedModules" | "unchangedModuleHashes", { path: string }[]>;
    };
    expect(appDefinition.changedModules.map(({ path }) => path)).toEqual(["http.js"]);
    expect(appDefinition.unchangedModuleHashes.map(({ path }) => path)).toContain("messages.js");
  });

  it("P1, P24: deploy asks before it drops an index on a large table, and a dry run changes nothing", async () => {
    app.edit("convex/schema.ts", `.index("by_author", ["author"])`, "");
    vi.stubEnv("CONVEX_MIN_DOCUMENTS_FOR_INDEX_DELETE_WARNING", "1");
    const refused = await app.convex("deploy", "--typecheck", "disable");
    vi.unstubAllEnvs();
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("To confirm the push")]);
    expect(refused.stderr).toMatch(/messages\.by_author.*1 document/);
    const dry = await succeeded("deploy", "--dry-run", "--typecheck", "disable");
    expect(dry.stderr).toContain("Would have deployed");
    expect(await (await fetch(`${deployment.siteUrl}/ping`)).text()).toBe("pong");
    const real = await succeeded("deploy", "--typecheck", "disable");
    expect(real.stderr).toContain("[-] messages.by_author");
    expect(await (await fetch(`${deployment.siteUrl}/ping`)).text()).toBe("pong again");
  });

  it("P2: a push that fails ends with exit code 1, and so does a wrong admin key, which is told as such", async () => {
    app.write("convex/broken.ts", `throw new Error("boom at import");\nexport const a = 1;\n`);
    const failed = await app.convex(...PUSH);
    expect([failed.code, failed.stderr]).toEqual([1, expect.stringContaining("400 Bad Request: InvalidModules")]);
    app.remove("convex/broken.ts");
    const key = deployment.adminKey;
    const stranger = fixtureApp("plain", { ...deployment, adminKey: `${key}0` });
    const { code, stderr } = await stranger.convex("deploy", "--typecheck", "disable");
    stranger.end();
    expect([code, stderr]).toEqual([1, expect.stringContaining("The admin key is not the key of this deployment.")]);
  });

  it("P15: after a restart the pushed code runs at once", async () => {
    const [port = 0, sitePort = 0] = [deployment.url, deployment.siteUrl].map((url) => Number(new URL(url).port));
    await deployment.close();
    deployment = await openDeployment({ dataDir, port, sitePort });
    // The first request of all: nothing is there to be waited for.
    expect(await call("messages:list")).toEqual(["ada says hello"]);
    expect(await call("_system/cli/queryEnvironmentVariables:get", { name: "OTHER" })).toMatchObject({ value: "x=y" });
  });
});
