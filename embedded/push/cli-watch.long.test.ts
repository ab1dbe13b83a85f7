import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { openDeployment, type Deployment } from "../deployment.ts";
import { fixtureApp, type FixtureApp, type RunningCommand } from "../fixtures/cli.ts";

/**
 * The commands that go on: one `convex dev` watches the app while it is broken and mended in every way a person does it,
 * `convex logs` and `convex run --watch` follow what happens.
 */

const dataDir = mkdtempSync(join(tmpdir(), "embedded-watch-"));
/** A push takes a second, several on a busy machine. */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let deployment: Deployment;
let app: FixtureApp;
let dev: RunningCommand;
let generated: Record<string, string>;

beforeAll(async () => {
  deployment = await openDeployment({ dataDir, port: 0, sitePort: 0 });
  app = fixtureApp("plain", deployment);
  generated = app.files("convex");
  dev = app.start("dev", "--typecheck", "disable", "--tail-logs", "always");
});
afterAll(async () => {
  await dev.stop();
  app.end();
  await deployment.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const READY = "Convex functions ready!";

async function post(path: string, body: object): Promise<{ value?: unknown; errorMessage?: string }> {
  const response = await fetch(`${deployment.url}${path}`, {
    method: "POST",
    headers: { authorization: `Convex ${deployment.adminKey}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  return text === "" ? {} : JSON.parse(text);
}

/** The value of a function, asked for as an admin. */
async function call(path: string, args: object = {}): Promise<unknown> {
  const answer = await post("/api/function", { path, args });
  if (answer.value === undefined) throw new Error(answer.errorMessage);
  return answer.value;
}
/** Sets a variable, and another one to something new, so that each call is a change. */
const setVariable = (name: string, value: string) => {
  const other = { name: "LAST_CHANGE", value: String(performance.now()) };
  return post("/api/update_environment_variables", { changes: [{ name, value }, other] });
};

/**
 * Does `repair`, which must change something each time, until the command tries again: it begins to watch for a change a
 * moment after it told of the problem. Then waits for the push to go through.
 */
async function mendedBy(repair: () => Promise<unknown>): Promise<void> {
  const retried = dev.until("Preparing Convex functions...").then(() => true);
  const pause = () => new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 1000));
  do {
    await repair();
  } while (!(await Promise.race([retried, pause()])));
  await dev.until(READY);
}

describe("convex dev, watching", () => {
  it("P1: pushes when it starts, and generates what is committed", async () => {
    const printed = await dev.until(READY);
    expect(printed).toContain("Installed component visits.");
    expect(printed).toContain("[+] messages.by_author   author, _creationTime");
    expect(app.read(".env.local")).toContain(`CONVEX_SITE_URL=${deployment.siteUrl}`);
    expect(app.files("convex")).toEqual(generated);
    await call("messages:send", { author: "ada", body: "hello" });
  });

  it("P1, P12: pushes what is edited, and a component answers HTTP below its mount", async () => {
    app.edit("convex/http.ts", `"pong"`, `"pong again"`);
    await dev.until(READY);
    expect(await (await fetch(`${deployment.siteUrl}/ping`)).text()).toBe("pong again");
    expect(await (await fetch(`${deployment.siteUrl}/visits/label`)).text()).toBe("visits");
    expect(await call("messages:list")).toEqual(["ada: hello"]);
  });

  it("P9: an interval ran for the first time right after the push", async () => {
    const visits = () => call("messages:visits", { name: "cron" });
    await expect.poll(visits, { timeout: 10_000 }).toMatchObject({ value: 1 });
  });

  it("P2: code that throws at import is told with its place and leaves what runs", async () => {
    app.write("convex/broken.ts", `export const a = 1;\nthrow new Error("boom at import");\n`);
    const printed = await dev.until("at ../convex/broken.ts:2:");
    expect(printed).toContain("400 Bad Request: InvalidModules: Hit an error while pushing:");
    expect(printed).toContain("Failed to analyze broken.js: Uncaught Error: boom at import\n");
    expect(await call("messages:list")).toEqual(["ada: hello"]);
  });

  it("P2: a syntax error, a query for Node and an import of Node are told, and mended code is pushed", async () => {
    app.write("convex/broken.ts", "export const a = ;\n");
    expect(await dev.until("broken.ts:1:17")).toContain("Unexpected");
    app.write(
      "convex/broken.ts",
      `"use node";\nimport { query } from "./_generated/server";\nexport const a = query({ handler: async () => 1 });\n`,
    );
    expect(await dev.until("only actions can be defined in Node.js")).toContain("\nFailed to analyze broken.js: broken:a is");
    app.write("convex/broken.ts", `import { readFileSync } from "node:fs";\nexport const a = readFileSync;\n`);
    await dev.until("use node");
    app.remove("convex/broken.ts");
    await dev.until(READY);
  });

  it("P6: a schema that a document does not fit is refused with the document, until the document is mended", async () => {
    app.edit("convex/schema.ts", "body: v.string()", `body: v.literal("mended")`);
    const printed = await dev.until("does not match the schema");
    expect(printed).toMatch(/Schema validation failed\.[^]*Document with ID "\w+" in table "messages"/);
    await mendedBy(async () => {
      await call("_system/frontend/patchDocumentsFields", { table: "messages", fields: { body: "mended" } });
      await call("messages:send", { author: "bob", body: "mended" });
    });
    expect((await post("/api/function", { path: "messages:send", args: { author: "a", body: "b" } })).errorMessage).toContain(
      "does not match the schema",
    );
    app.edit("convex/schema.ts", `body: v.literal("mended")`, "body: v.string()");
    await dev.until(READY);
  });

  it("P7: auth.config with a variable that is not set tells how to set it, and goes on when it is", async () => {
    app.edit("convex/auth.config.ts", "CONVEX_SITE_URL", "ISSUER_URL");
    expect(await dev.until("npx convex env set")).toContain("Environment variable ISSUER_URL is used in auth config file");
    await mendedBy(() => setVariable("ISSUER_URL", "https://issuer.test"));
  });

  it("P13: a variable the app requires is asked for by name, and the push goes on when it is set", async () => {
    app.edit("convex/convex.config.ts", "env: {", "env: { TOKEN: v.string(),");
    await dev.until("TOKEN <value>");
    await mendedBy(() => setVariable("TOKEN", "t"));
    app.edit("convex/convex.config.ts", "env: { TOKEN: v.string(),", "env: {");
    await dev.until(READY);
  });

  it("P19: a component that is taken out cannot be called and has its data when it is back", async () => {
    const before = await call("messages:visits", { name: "ada" });
    const config = app.read("convex/convex.config.ts");
    const messages = app.read("convex/messages.ts");
    const crons = app.read("convex/crons.ts");
    // One file at a time, as an editor saves them: until the last one is there the push is refused.
    app.remove("convex/crons.ts");
    app.write(
      "convex/messages.ts",
      `import { query } from "./_generated/server";\nexport const list = query({ handler: async () => [] });\n`,
    );
    app.write(
      "convex/convex.config.ts",
      config.replace("app.use(counter, {", "void (() => app.use(counter, {").replace("app.env.GREETING } });", "app.env.GREETING } }));"),
    );
    await dev.until("Unmounted component visits.");
    await dev.until(READY);
    const gone = await post("/api/function", { componentPath: "visits", path: "lib:get", args: { name: "ada" } });
    expect(gone.errorMessage).toContain("Could not find function");
    app.write("convex/convex.config.ts", config);
    app.write("convex/messages.ts", messages);
    app.write("convex/crons.ts", crons);
    await dev.until("Remounted component visits.");
    const visits = () => call("messages:visits", { name: "ada" }).catch(() => null);
    await expect.poll(visits, { timeout: 10_000 }).toEqual(before);
  });
});

describe("commands that follow", () => {
  it("P16: logs prints executions as they happen, with what they logged", async () => {
    const logs = app.start("logs", "--success", "--history", "1000");
    try {
      await logs.until("messages:send");
      await call("deep/nested");
      await logs.until("deep/nested");
    } finally {
      await logs.stop();
    }
  });

  it("P1, W9: run --watch prints every new result", async () => {
    const watch = app.start("run", "messages:list", "--watch");
    try {
      await watch.until("mended");
      await call("messages:send", { author: "eve", body: "while watched" });
      await watch.until("eve: while watched");
    } finally {
      await watch.stop();
    }
  });
});
