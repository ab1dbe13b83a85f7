import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { openDeployment, type Deployment } from "../deployment.ts";
import { fixtureApp, type FixtureApp } from "../fixtures/cli.ts";

/** The components of npm that the desk stands on, pushed by the real command line: three levels deep. */

const dataDir = mkdtempSync(join(tmpdir(), "embedded-components-"));
/** A command takes a second or two, several on a busy machine. */
vi.setConfig({ testTimeout: 120_000 });

let deployment: Deployment;
let app: FixtureApp;

beforeAll(async () => {
  deployment = await openDeployment({ dataDir, port: 0, sitePort: 0 });
  app = fixtureApp("full", deployment);
});
afterAll(async () => {
  app.end();
  await deployment.close();
  rmSync(dataDir, { recursive: true, force: true });
});

async function call(path: string, args: object): Promise<unknown> {
  const response = await fetch(`${deployment.url}/api/function`, {
    method: "POST",
    headers: { authorization: `Convex ${deployment.adminKey}`, "content-type": "application/json" },
    body: JSON.stringify({ path, args }),
  });
  const answer = (await response.json()) as { status: string; value?: unknown; errorMessage?: string };
  if (answer.status !== "success") throw new Error(answer.errorMessage);
  return answer.value;
}

describe("components of npm", () => {
  it("P1, P12: workflow and agent are installed with what they use, and code generation is repeatable", async () => {
    const committed = app.files("convex");
    const { code, stderr } = await app.convex("dev", "--once", "--typecheck", "disable");
    expect([code, stderr]).toEqual([0, expect.stringContaining("Convex functions ready!")]);
    for (const path of ["workflow", "workflow/workpool", "workflow/workpool/batchWorker", "agent"]) {
      expect(stderr).toContain(`Installed component ${path}.`);
    }
    expect(app.files("convex")).toEqual(committed);
  });

  it("P1: a workflow runs to its end", async () => {
    expect(await call("greetings:start", { name: "Ada" })).toEqual(expect.any(String));
    await expect
      .poll(() => call("greetings:result", { name: "Ada" }), { timeout: 20_000, interval: 100 })
      .toBe("Hello, Ada");
  });

  it("P1: the agent component keeps a message", async () => {
    expect(await call("greetings:talk", { text: "hello" })).toEqual({ text: "hello", order: 0 });
  });
});
