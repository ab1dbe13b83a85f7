import { execFileSync } from "node:child_process";
import { availableParallelism, cpus, loadavg, release, totalmem, type } from "node:os";

/** What the figures depend on besides the code. */
export interface Machine {
  processor: string;
  cores: number;
  memoryGiB: number;
  system: string;
  node: string;
  sqlite: string;
  /** The commit that was measured, with "+" when files differed from it; null outside a repository. */
  commit: string | null;
  date: string;
  /** Processes that ran or waited to run in the last minute (Linux, macOS): well above 0 before a run means a busy machine. */
  loadBefore: number;
}

/** Facts of this machine and this moment. */
export function machine(): Machine {
  return {
    processor: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.versions.node,
    sqlite: process.versions["sqlite"] ?? "unknown",
    commit: commit(),
    date: new Date().toISOString(),
    loadBefore: Math.round((loadavg()[0] ?? 0) * 100) / 100,
  };
}

function commit(): string | null {
  try {
    const measured = ["../convex", "../embedded", "../src", "../scripts", "../package-lock.json"];
    return git("rev-parse", "--short=12", "HEAD") + (git("status", "--porcelain", "--", ...measured) === "" ? "" : "+");
  } catch {
    return null;
  }
}

function git(...args: string[]): string {
  return execFileSync("git", args, { cwd: import.meta.dirname, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
}
