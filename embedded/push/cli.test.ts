import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { openDeployment, type Deployment } from "../deployment.ts";
import { fixtureApp, type CommandResult, type FixtureApp } from "../fixtures/cli.ts";

/** The real command line against a real deployment, on one app: each test goes on from the one before. */

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
const push = () => app.convex(...PUSH);

function succeeded(result: CommandResult): CommandResult {
  if (result.code !== 0) throw new Error(`exit ${result.code}\n${result.stdout}\n${result.stderr}`);
  return result;
}

/** The value of a function, asked for as an admin without the command line, which takes its second to start. */
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

/** The value that `convex run` prints. */
async function run(...args: string[]): Promise<unknown> {
  const { stdout } = succeeded(await app.convex("run", ...args));
  return stdout.trim() === "" ? null : JSON.parse(stdout);
}

describe("the command line", () => {
  it("P1: dev --once pushes an app with a component and generates what is committed", async () => {
    const generated = app.files("convex");
    const { stderr } = succeeded(await push());
    expect(stderr).toContain("Installed component visits.");
    expect(stderr).toContain("[+] messages.by_author   author, _creationTime");
    expect(stderr).toContain("Convex functions ready!");
    expect(app.read(".env.local")).toContain(`CONVEX_SITE_URL=${deployment.siteUrl}`);
    expect(app.files("convex")).toEqual(generated);
  });

  it("P1: run calls functions of every kind, with arguments", async () => {
    expect(await run("messages:list")).toEqual([]);
    const id = await run("messages:send", `{"author":"ada","body":"hello"}`);
    expect(id).toMatch(/^[a-z0-9]{31,37}$/);
    expect(await run("messages:list")).toEqual(["ada: hello"]);
    expect(await run("messages:count")).toBe(1);
    expect(await run("deep/nested")).toBe("deep: nested");
    expect(await run("disk:digest", `{"text":"a"}`)).toBe(
      "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb",
    );
  });

  it("P1: run acts as a person, and inside a component", async () => {
    const identity = JSON.stringify({ subject: "u1", issuer: "https://issuer.test", name: "Ada" });
    expect(await run("messages:whoami", "--identity", identity)).toMatchObject({
      subject: "u1",
      tokenIdentifier: "https://issuer.test|u1",
      name: "Ada",
    });
    expect(await run("messages:whoami")).toBe(null);
    const visits = { value: 1, label: "visits", greeting: null, site: `${deployment.siteUrl}/visits` };
    expect(await run("messages:visits", `{"name":"ada"}`)).toEqual(visits);
    expect(await run("--component", "visits", "lib:get", `{"name":"ada"}`)).toEqual(visits);
  });

  it("P1: run names the functions there are when it is asked for another", async () => {
    const { code, stderr } = await app.convex("run", "messages:gone");
    expect(code).toBe(1);
    expect(stderr).toContain("Could not find function for 'messages:gone'");
    expect(stderr).toContain("messages:list");
  });

  it("P3: a second push sends only the modules that changed", async () => {
    app.edit("convex/http.ts", `"pong"`, `"pong again"`);
    succeeded(await app.convex("deploy", "--typecheck", "disable", "--write-push-request", "request"));
    const { appDefinition } = JSON.parse(app.read("request.json")) as {
      appDefinition: Record<"changedModules" | "unchangedModuleHashes", { path: string }[]>;
    };
    expect(appDefinition.changedModules.map(({ path }) => path)).toEqual(["http.js"]);
    expect(appDefinition.unchangedModuleHashes.map(({ path }) => path)).toContain("messages.js");
    succeeded(await push());
    expect(await (await fetch(`${deployment.siteUrl}/ping`)).text()).toBe("pong again");
    expect(await call("messages:list")).toEqual(["ada: hello"]);
  });

  it("P9: an interval runs for the first time right after the push", async () => {
    await expect.poll(() => call("messages:visits", { name: "cron" })).toMatchObject({ value: 1 });
  });

  it("P12: a component answers HTTP below its mount", async () => {
    expect(await (await fetch(`${deployment.siteUrl}/visits/label`)).text()).toBe("visits");
  });

  it("P5: codegen changes nothing that runs", async () => {
    app.edit("convex/messages.ts", "formatted(author, body))", "formatted(author, body).toUpperCase())");
    succeeded(await app.convex("codegen", "--typecheck", "disable"));
    expect(await call("messages:list")).toEqual(["ada: hello"]);
    app.edit("convex/messages.ts", "formatted(author, body).toUpperCase())", "formatted(author, body))");
  });

  it("P14: env sets, lists, gets and removes variables, which functions and components see at once", async () => {
    succeeded(await app.convex("env", "set", "GREETING", "good morning"));
    succeeded(await app.convex("env", "set", "OTHER", "x=y"));
    const listed = succeeded(await app.convex("env", "list", "--include-values"));
    expect(listed.stdout.trim().split("\n")).toEqual(["GREETING=good morning", "OTHER=x=y"]);
    expect(succeeded(await app.convex("env", "get", "GREETING")).stdout.trim()).toBe("good morning");
    expect(await call("messages:greeting")).toBe("good morning");
    expect(await call("messages:visits", { name: "ada" })).toMatchObject({ greeting: "good morning" });
    succeeded(await app.convex("env", "remove", "GREETING"));
    expect(await call("messages:greeting")).toBe(null);
    expect((await app.convex("env", "get", "GREETING")).stderr).toContain(`"GREETING" not found`);
  });

  it("P13, P14: a value that the app does not allow, or a forbidden name, is refused", async () => {
    const stage = await app.convex("env", "set", "STAGE", "nowhere");
    expect([stage.code, stage.stderr]).toEqual([1, expect.stringContaining("InvalidEnvironmentVariable")]);
    const builtIn = await app.convex("env", "set", "CONVEX_SITE_URL", "x");
    expect([builtIn.code, builtIn.stderr]).toEqual([1, expect.stringContaining("EnvVarNameForbidden")]);
  });

  it("P17, P18: data and function-spec show tables and functions", async () => {
    expect(succeeded(await app.convex("data")).stdout.trim()).toBe("messages");
    expect(succeeded(await app.convex("data", "messages")).stdout).toMatch(/"ada".*"hello"/);
    expect(succeeded(await app.convex("data", "counts", "--component", "visits")).stdout).toContain(`"ada"`);
    const spec = JSON.parse(succeeded(await app.convex("function-spec")).stdout) as {
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

  it("P2: code that throws at import fails the push with its place and leaves what runs", async () => {
    app.write("convex/broken.ts", `export const a = 1;\nthrow new Error("boom at import");\n`);
    const { code, stderr } = await push();
    expect(code).toBe(1);
    expect(stderr).toContain("400 Bad Request: InvalidModules: Hit an error while pushing:");
    expect(stderr).toContain(
      "Failed to analyze broken.js: Uncaught Error: boom at import\n    at ../convex/broken.ts:2:",
    );
    app.remove("convex/broken.ts");
    expect(await call("messages:list")).toEqual(["ada: hello"]);
  });

  it('P2: a query in a "use node" module is refused', async () => {
    app.write(
      "convex/wrong.ts",
      `"use node";\nimport { query } from "./_generated/server";
export const a = query({ handler: async () => 1 });\n`,
    );
    const { code, stderr } = await push();
    expect([code, stderr]).toEqual([1, expect.stringContaining("only actions can be defined in Node.js")]);
    app.remove("convex/wrong.ts");
  });

  it("P6: a schema that stored documents do not fit is refused with the document, and the old one stays", async () => {
    const schema = app.read("convex/schema.ts");
    app.edit("convex/schema.ts", "body: v.string()", "body: v.number()");
    const { code, stderr } = await push();
    expect(code).toBe(1);
    expect(stderr).toContain("Schema validation failed.");
    expect(stderr).toMatch(/Document with ID "\w+" in table "messages" does not match the schema/);
    app.write("convex/schema.ts", schema);
    expect(await call("messages:send", { author: "bob", body: "still text" })).toEqual(expect.any(String));
  });

  it("P7: auth.config with a variable that is not set tells how to set it", async () => {
    app.edit("convex/auth.config.ts", "CONVEX_SITE_URL", "ISSUER_URL");
    const { code, stderr } = await push();
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining("Environment variable ISSUER_URL is used in auth config file"),
    ]);
    expect(stderr).toContain("npx convex env set");
    succeeded(await app.convex("env", "set", "ISSUER_URL", "https://issuer.test"));
    succeeded(await push());
    const removed = await app.convex("env", "remove", "ISSUER_URL");
    expect([removed.code, removed.stderr]).toEqual([
      1,
      expect.stringContaining("AuthConfigMissingEnvironmentVariable"),
    ]);
  });

  it("P2: a wrong admin key is told as such", async () => {
    const stranger = fixtureApp("plain", { ...deployment, adminKey: `${deployment.adminKey}0` });
    onTestFinished(() => stranger.end());
    const { stderr } = await stranger.convex(...PUSH);
    expect(stderr).toContain("admin key");
    const { code } = await stranger.convex("run", "messages:count");
    expect(code).toBe(1);
  });

  it("P1: deploy, with a dry run before it", async () => {
    app.edit("convex/format.ts", "${author}: ${body}", "${author} says ${body}");
    const dry = succeeded(await app.convex("deploy", "--dry-run", "--typecheck", "disable"));
    expect(dry.stderr).toContain("Would have deployed");
    expect(await call("messages:list")).toEqual(["ada: hello", "bob: still text"]);
    succeeded(await app.convex("deploy", "--typecheck", "disable"));
    expect(await call("messages:list")).toEqual(["ada says hello", "bob says still text"]);
  });

  it("P19: a component that is taken out cannot be called and has its data when it is back", async () => {
    const config = app.read("convex/convex.config.ts");
    const messages = app.read("convex/messages.ts");
    app.edit("convex/convex.config.ts", "app.use(counter, {", "void (() => app.use(counter, {");
    app.edit("convex/convex.config.ts", "app.env.GREETING } });", "app.env.GREETING } }));");
    app.write(
      "convex/messages.ts",
      `import { query } from "./_generated/server";\nexport const list = query({ handler: async () => [] });\n`,
    );
    app.remove("convex/crons.ts");
    const out = succeeded(await push());
    expect(out.stderr).toContain("Unmounted component visits.");
    expect((await app.convex("run", "--component", "visits", "lib:get", `{"name":"ada"}`)).code).toBe(1);
    app.write("convex/convex.config.ts", config);
    app.write("convex/messages.ts", messages);
    expect(succeeded(await push()).stderr).toContain("Remounted component visits.");
    expect(await call("messages:visits", { name: "ada" })).toMatchObject({ value: 1 });
  });

  it("P15: after a restart the pushed code runs at once", async () => {
    const [port = 0, sitePort = 0] = [deployment.url, deployment.siteUrl].map((url) => Number(new URL(url).port));
    await deployment.close();
    const before = performance.now();
    deployment = await openDeployment({ dataDir, port, sitePort });
    const opened = performance.now() - before;
    expect(opened).toBeLessThan(2000);
    expect(await call("messages:list")).toEqual(["ada says hello", "bob says still text"]);
    expect(succeeded(await app.convex("env", "get", "OTHER")).stdout.trim()).toBe("x=y");
  });
});
