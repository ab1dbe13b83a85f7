import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TestProject } from "vitest/node";
import { openDeployment } from "../deployment.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** A data folder to which the project's functions were pushed; tests start from copies of it. */
    pushedDataDir: string;
  }
}

const projectDir = dirname(dirname(import.meta.dirname));
const cli = join(projectDir, "node_modules/convex/bin/main.js");

/** Pushes the project's functions once, with the real command line, for all tests of a run. */
export default async function setup(project: TestProject): Promise<() => void> {
  const dataDir = mkdtempSync(join(tmpdir(), "embedded-pushed-"));
  const deployment = await openDeployment({ dataDir, port: 0, sitePort: 0, projectDir });
  try {
    await deploy(deployment.url, deployment.adminKey);
  } finally {
    await deployment.close();
  }
  project.provide("pushedDataDir", dataDir);
  return () => rmSync(dataDir, { recursive: true, force: true });
}

async function deploy(url: string, adminKey: string): Promise<void> {
  const env = { ...process.env, CI: "1", NO_PROXY: "127.0.0.1", CONVEX_SELF_HOSTED_URL: url, CONVEX_SELF_HOSTED_ADMIN_KEY: adminKey };
  const args = [cli, "deploy", "--typecheck", "disable", "--codegen", "disable"];
  const child = spawn(process.execPath, args, { cwd: projectDir, env, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (piece: Buffer) => (said += piece.toString()));
  const code = await new Promise((done) => child.once("close", done));
  if (code !== 0) throw new Error(`convex deploy failed:\n${said}`);
}
