import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** A data folder to which the project's functions were pushed; tests start from copies of it. */
    pushedDataDir: string;
  }
}

/** Pushes the project's functions once for all tests of a run; in a process of its own, of which nothing stays behind. */
export default async function setup(project: TestProject): Promise<() => void> {
  const dataDir = mkdtempSync(join(tmpdir(), "embedded-pushed-"));
  await promisify(execFile)(process.execPath, [join(import.meta.dirname, "push-project.ts"), dataDir]);
  project.provide("pushedDataDir", dataDir);
  return () => rmSync(dataDir, { recursive: true, force: true });
}
