import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { checkStore } from "../storage/check.ts";
import { Store } from "../storage/store.ts";

/** A new folder for the tests of a file, removed after them. */
export function temporaryFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), "durability-"));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** The problems of the data in a folder that no server uses now. */
export function problemsOf(dir: string): string[] {
  const store = new Store(dir);
  try {
    return checkStore(store);
  } finally {
    store.close();
  }
}
