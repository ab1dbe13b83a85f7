import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { afterEach, expect, inject, it } from "vitest";
import { openDeployment } from "../embedded/deployment.ts";
import { launchBrowser, visit } from "./browser.ts";
import { copyOf, emptyFolder, startDesk, threeFreePorts, tryStart, type Desk } from "./desk.ts";
import { decision, openTask, signIn, submitForm } from "./people.ts";
import { inLong } from "./in-long.ts";
import { startPrepared } from "./prepared.ts";

const desks: Desk[] = [];
afterEach(async () => {
  await Promise.all(desks.splice(0).map((desk) => desk.stop()));
});

it("prints its options and ends with 0 on --help", async () => {
  const { code, output } = await tryStart(["--help"]);
  expect(code).toBe(0);
  expect(output).toMatch(/--port P[\s\S]*--data DIR[\s\S]*--no-demo/);
});

it("names the port that is in use, in one sentence, and leaves no folder half made", async () => {
  const port = await threeFreePorts();
  const other = createServer();
  await new Promise<void>((done) => other.listen(port + 1, "127.0.0.1", done));
  const { code, output } = await tryStart(["--port", String(port), "--data", emptyFolder()]);
  other.close();
  expect(code).toBe(1);
  expect(output.trim()).toMatch(new RegExp(`^Port ${port + 1} is already in use: .*$`));
});

it("says in one sentence that the data folder cannot be written to", async () => {
  const file = join(emptyFolder(), "file");
  writeFileSync(file, "not a folder");
  const { code, output } = await tryStart(["--data", join(file, "data")]);
  expect(code).toBe(1);
  expect(output.trim()).toMatch(/^The data folder .*\/file\/data cannot be written to \(ENOTDIR\): .*$/);
});

it.skipIf(process.getuid?.() === 0)("says the same of a folder without permission", async () => {
  const locked = join(emptyFolder(), "locked");
  mkdirSync(locked);
  chmodSync(locked, 0o500);
  const { code, output } = await tryStart(["--data", join(locked, "data")]);
  expect(code).toBe(1);
  expect(output).toContain("cannot be written to (EACCES)");
});

// npm itself may run on an older Node than the one it brought along.
const npmsNode = process.env["npm_node_execpath"] ?? process.execPath;
const npmsMajor = Number(spawnSync(npmsNode, ["-p", "process.versions.node.split('.')[0]"]).stdout.toString());

it.skipIf(npmsMajor >= 24)("tells an older Node what it lacks", () => {
  const old = spawnSync(npmsNode, [resolve(import.meta.dirname, "../scripts/start.mjs"), "--help"]);
  expect(old.status).toBe(1);
  expect(old.stderr.toString()).toMatch(/needs Node 24 to run, and this is Node/);
});

it("serves the dashboard as built for production, though NODE_ENV says test here", async () => {
  const desk = await startPrepared();
  desks.push(desk);
  const page = await (await fetch(desk.url)).text();
  const script = /<script[^>]* src="([^"]+)"/.exec(page)?.[1] ?? "";
  const code = await (await fetch(new URL(script, desk.url))).text();
  expect(process.env["NODE_ENV"]).toBe("test");
  expect(code).not.toBe("");
  expect(code).not.toContain("jsxDEV");
});

it("refuses a data folder that another running desk holds", async () => {
  const desk = await startPrepared();
  desks.push(desk);
  const { code, output } = await tryStart(["--port", String(await threeFreePorts()), "--data", desk.dataDir]);
  expect(code).toBe(1);
  expect(output).toMatch(/in use by another running server/);
});

it("ends with 0 on Ctrl-C, and starts again where it was", async () => {
  const desk = await startPrepared();
  expect(await desk.stop()).toBe(0);
  const again = await startDesk({ dataDir: desk.dataDir });
  desks.push(again);
  expect(again.output()).not.toContain("First start");
});

it("says in one sentence that another deployment cannot be reached, or refuses the key", async () => {
  const port = await threeFreePorts();
  const named = (url: string) => ({ CONVEX_SELF_HOSTED_URL: url, CONVEX_SELF_HOSTED_ADMIN_KEY: "wrong|key" });
  const unreachable = await tryStart(["--port", String(port), "--data", emptyFolder()], named("http://127.0.0.1:9"));
  expect(unreachable.code).toBe(1);
  expect(unreachable.output.trim()).toMatch(/^The deployment at http:\/\/127\.0\.0\.1:9 cannot be reached: .*$/);

  const desk = await startPrepared();
  desks.push(desk);
  const refused = await tryStart(["--port", String(port), "--data", emptyFolder()], named(`http://127.0.0.1:${desk.port + 1}`));
  expect(refused.code).toBe(1);
  expect(refused.output.trim()).toMatch(/^The deployment at .* refused the key: .*$/);
});

it("leaves the demo in one step: nobody gets in as its people, and a link makes the first admin", async () => {
  const dataDir = copyOf(inject("preparedDataDir"));
  const port = await threeFreePorts();
  const refused = await tryStart(["--no-demo", "--port", String(port), "--data", dataDir]);
  expect(refused).toMatchObject({ code: 1, output: expect.stringContaining("--leave-demo") });
  const desk = await startDesk({ dataDir, args: ["--leave-demo"] });
  desks.push(desk);
  expect(desk.output()).toMatch(/This link makes the first one.*\n\S+\/welcome#[\w-]{43}\n/);
  const status = await fetch(`http://127.0.0.1:${desk.port + 1}/api/query`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ path: "desk:status", args: {}, format: "json" }),
  });
  expect(await status.json()).toMatchObject({ value: { demo: false } });
});

inLong("runs on a self-hosted deployment as on its own: here a second embedded server", async () => {
  const port = await threeFreePorts();
  const dashboard = await threeFreePorts();
  const home = await openDeployment({
    dataDir: emptyFolder(),
    port,
    sitePort: port + 1,
    allowedOrigins: [`http://localhost:${dashboard}`],
  });
  const browser = await launchBrowser();
  try {
    const env = { CONVEX_SELF_HOSTED_URL: home.url, CONVEX_SELF_HOSTED_ADMIN_KEY: home.adminKey };
    const refused = await tryStart(["--demo", "--data", emptyFolder()], env);
    expect(refused).toMatchObject({ code: 1, output: expect.stringContaining("--demo works only on the embedded deployment") });

    desks.push(await startDesk({ port: dashboard, env }));
    // Demo mode is off here; this deployment's owner switches it on by hand to have somebody to sign in as.
    const enabled = await fetch(`${home.url}/api/function`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Authorization: `Convex ${home.adminKey}` },
      body: JSON.stringify({ path: "desk:enableDemo", format: "json", args: {} }),
    });
    expect(await enabled.json()).toMatchObject({ status: "success" });

    const [maya, priya] = await Promise.all([visit(browser, `http://localhost:${dashboard}`), visit(browser, `http://localhost:${dashboard}`)]);
    await signIn(maya.page, "Maya Okafor");
    await signIn(priya.page, "Priya Raman");
    await submitForm(maya.page, { subject: "Another home", message: "Where can I buy spare probes?" });
    await openTask(priya.page, "Another home");
    await decision(priya.page).getByRole("button", { name: "Approve" }).click();
    await maya.page.getByText("Done: performed exactly as approved").waitFor();
  } finally {
    await browser.close();
    await Promise.all(desks.splice(0).map((desk) => desk.stop()));
    await home.close();
  }
});
