import { createHash } from "node:crypto";
import { convexCli, type Target } from "./convex-cli.ts";
import { hashOf } from "./inputs.ts";
import type { StartRecord } from "./record.ts";
import { auditKey, dotenvText, passedOn, signingKeys } from "./variables.ts";

const functionInputs = ["convex", "package-lock.json"];

/**
 * Sets the variables the desk's functions need: signing keys for sign-in and for the history (once), the dashboard's address, and what the
 * person's shell passes on. Values go through the command line's standard input and are never printed.
 */
export async function setVariables(o: {
  projectDir: string;
  target: Target;
  record: StartRecord;
  siteUrl: string;
  env: NodeJS.ProcessEnv;
}): Promise<StartRecord> {
  const wanted: Record<string, string> = { SITE_URL: o.siteUrl };
  for (const name of passedOn) if (o.env[name]) wanted[name] = o.env[name];
  const hash = createHash("sha256").update(JSON.stringify(wanted)).digest("hex");
  if (o.record.keys && o.record.auditKey && o.record.variables === hash) return o.record;
  if (!o.record.keys || !o.record.auditKey) {
    const there = (await convexCli(o.projectDir, o.target, ["env", "list", "--names-only"])).split(/\s+/);
    if (!there.includes("JWT_PRIVATE_KEY")) Object.assign(wanted, signingKeys());
    if (!there.includes("AUDIT_SIGNING_KEY")) Object.assign(wanted, auditKey());
  }
  await convexCli(o.projectDir, o.target, ["env", "set", "--force"], dotenvText(wanted));
  return { ...o.record, keys: true, auditKey: true, variables: hash };
}

/** Whether the functions that an earlier start pushed are the ones in the project. */
export function isUpToDate(projectDir: string, record: StartRecord): boolean {
  return record.pushed === hashOf(projectDir, functionInputs);
}

/** Pushes the functions with the real command line, unless the deployment already has exactly these. */
export async function pushFunctions(o: { projectDir: string; target: Target; record: StartRecord; push: "dev" | "deploy" }): Promise<StartRecord> {
  const hash = hashOf(o.projectDir, functionInputs);
  if (o.record.pushed === hash) return o.record;
  const args = o.push === "dev" ? ["dev", "--once"] : ["deploy", "--yes"];
  await convexCli(o.projectDir, o.target, [...args, "--typecheck", "disable", "--codegen", "disable"]);
  return { ...o.record, pushed: hash };
}
