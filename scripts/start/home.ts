import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { StartError } from "./options.ts";

/** Where the desk's functions run. The desk's own code never knows which. */
export type Home =
  | { kind: "embedded" }
  | { kind: "selfHosted"; url: string; adminKey: string }
  | { kind: "cloud"; push: "dev" | "deploy" };

const names = ["CONVEX_SELF_HOSTED_URL", "CONVEX_SELF_HOSTED_ADMIN_KEY", "CONVEX_DEPLOYMENT", "CONVEX_DEPLOY_KEY"] as const;
type Settings = Partial<Record<(typeof names)[number], string>>;

/**
 * Chooses the home from the environment, then `.env.local`, then `.env`, as the convex command line does.
 * @throws StartError when only half of a self-hosted deployment is named, or two homes at once
 */
export function chooseHome(projectDir: string, env: NodeJS.ProcessEnv = process.env): Home {
  const settings: Settings = {};
  for (const source of [env, dotenv(projectDir, ".env.local"), dotenv(projectDir, ".env")]) {
    for (const name of names) if (settings[name] === undefined && source[name] !== undefined) settings[name] = source[name];
  }
  const { CONVEX_SELF_HOSTED_URL: url, CONVEX_SELF_HOSTED_ADMIN_KEY: adminKey } = settings;
  const cloud = settings.CONVEX_DEPLOY_KEY || settings.CONVEX_DEPLOYMENT;
  if (url && cloud) throw new StartError("Both a self-hosted and a cloud deployment are configured: remove one of them.");
  if (Boolean(url) !== Boolean(adminKey)) {
    throw new StartError("CONVEX_SELF_HOSTED_URL and CONVEX_SELF_HOSTED_ADMIN_KEY belong together: set both or neither.");
  }
  if (url && adminKey) return { kind: "selfHosted", url: url.replace(/\/$/, ""), adminKey };
  if (settings.CONVEX_DEPLOY_KEY) return { kind: "cloud", push: "deploy" };
  if (settings.CONVEX_DEPLOYMENT) return { kind: "cloud", push: "dev" };
  return { kind: "embedded" };
}

function dotenv(projectDir: string, file: string): NodeJS.Dict<string> {
  try {
    return parseEnv(readFileSync(join(projectDir, file), "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw error;
  }
}
