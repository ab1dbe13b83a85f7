import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { openDeployment } from "../deployment.ts";

/** `node push-project.ts <folder>`: pushes this project's functions to a new deployment in `folder` with the real command line. */

const projectDir = dirname(dirname(import.meta.dirname));
const cli = join(projectDir, "node_modules/convex/bin/main.js");
const [dataDir] = process.argv.slice(2);
if (dataDir === undefined) throw new Error("Which folder?");

const deployment = await openDeployment({ dataDir, port: 0, sitePort: 0, projectDir });
try {
  process.exitCode = await deploy(deployment.url, deployment.adminKey);
} finally {
  await deployment.close();
}

function deploy(url: string, adminKey: string): Promise<number> {
  const target = { CONVEX_SELF_HOSTED_URL: url, CONVEX_SELF_HOSTED_ADMIN_KEY: adminKey };
  const env = { ...process.env, ...target, CI: "1", NO_PROXY: "127.0.0.1" };
  const args = [cli, "deploy", "--typecheck", "disable", "--codegen", "disable"];
  const child = spawn(process.execPath, args, { cwd: projectDir, env, stdio: ["ignore", "inherit", "inherit"] });
  return new Promise((done) => child.once("close", (code) => done(code ?? 1)));
}
