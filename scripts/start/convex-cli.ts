import { spawn } from "node:child_process";
import { join } from "node:path";
import { StartError } from "./options.ts";

/** What the convex command line is pointed at: a deployment by URL and key, or whatever the environment names. */
export type Target = { url: string; adminKey: string } | "environment";

/**
 * Runs the real `convex` command line that npm installed.
 * The key travels in the environment, never in the arguments, where other users of the machine could read it.
 * @param input text for its standard input, such as variables for `env set`
 * @param bin the command line's script; the one of the project when absent
 * @returns its standard output
 * @throws StartError with what it printed when it does not exit with 0
 */
export async function convexCli(
  projectDir: string,
  target: Target,
  args: string[],
  input = "",
  bin = join(projectDir, "node_modules/convex/bin/main.js"),
): Promise<string> {
  const env: NodeJS.ProcessEnv = { ...process.env, CI: "1" }; // CI: it asks nothing and reports to nobody
  if (target !== "environment") {
    Object.assign(env, {
      CONVEX_SELF_HOSTED_URL: target.url,
      CONVEX_SELF_HOSTED_ADMIN_KEY: target.adminKey,
      CONVEX_DEPLOYMENT: "",
      CONVEX_DEPLOY_KEY: "",
      NO_PROXY: [process.env["NO_PROXY"], "127.0.0.1", "localhost"].filter(Boolean).join(","),
    });
  }
  const child = spawn(process.execPath, [bin, ...args], {
    cwd: projectDir,
    env,
    stdio: ["pipe", "pipe", "pipe"],
  });
  let out = "";
  let all = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => ((out += text), (all += text)));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (all += text));
  child.stdin.end(input);
  const code = await new Promise<number | null>((done, fail) => child.once("error", fail).once("close", done));
  if (code !== 0) throw new StartError(`\`convex ${args.join(" ")}\` failed:\n${all.trim()}`);
  return out;
}
