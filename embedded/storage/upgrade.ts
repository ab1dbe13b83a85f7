import {
  copyFileSync,
  mkdirSync,
  openSync,
  closeSync,
  fsyncSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
} from "node:fs";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { UserError } from "../values/errors.ts";
import { DATA_FILE } from "./folder.ts";
import { packSearchLists } from "./upgrade-search.ts";

/** One step from a format to the next one; it runs inside the SQL transaction of the whole upgrade. */
export interface UpgradeStep {
  /** The format it lifts; the result is one higher. */
  from: number;
  /** What changed, for whoever reads the steps. */
  what: string;
  run(sql: DatabaseSync): void;
}

/** Every step since the first format. A change of the layout that an older server would get wrong adds one. */
export const UPGRADES: readonly UpgradeStep[] = [
  {
    from: 1,
    what: "vector indexes have rows: an older server would write documents without them",
    run: (sql) => {
      // Where a build between the formats made these already, they may be behind; whoever reads them makes them again.
      sql.exec("DROP TABLE IF EXISTS vectors; DROP TABLE IF EXISTS vector_filters");
    },
  },
  {
    from: 2,
    what: "the lists of search indexes are packed into blocks",
    run: packSearchLists,
  },
];

/**
 * Lifts the data in `dir`, open as `sql` and of format `from`, to `to`: after a whole copy of the data file was made beside
 * it, in one SQL transaction (D13). Answers where the copy is. Throws UserErrors: a format without a way up, no room
 * for the copy; and whatever a step throws. The data is as it was then.
 */
export function upgrade(
  sql: DatabaseSync,
  dir: string,
  from: number,
  to: number,
  steps: readonly UpgradeStep[] = UPGRADES,
): string {
  const way: UpgradeStep[] = [];
  for (let format = from; format < to; format++) {
    const step = steps.find((s) => s.from === format);
    if (step === undefined) {
      throw new UserError(
        "DataFormat",
        `The data in "${dir}" has the unknown format ${from} (known: ${to}); nothing was changed.`,
      );
    }
    way.push(step);
  }
  const copy = copyBeforeUpgrade(sql, dir, from);
  sql.exec("BEGIN IMMEDIATE");
  try {
    for (const step of way) step.run(sql);
    sql.prepare("UPDATE meta SET v = ? WHERE k = 'format'").run(String(to));
    sql.exec("COMMIT");
  } catch (error) {
    if (sql.isTransaction) sql.exec("ROLLBACK");
    throw error;
  }
  return copy;
}

/** Copies the data file, log emptied into it before, to `<dir>/before-upgrade/format-<n>/`, whole and on disk, or not at all. */
function copyBeforeUpgrade(sql: DatabaseSync, dir: string, format: number): string {
  sql.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  const from = join(dir, DATA_FILE);
  const folder = join(dir, "before-upgrade", `format-${format}`);
  const to = join(folder, DATA_FILE);
  const { bavail, bsize } = statfsSync(dir);
  const needed = statSync(from).size;
  if (bavail * bsize < needed) {
    const mb = Math.ceil(needed / 1_048_576);
    throw new UserError(
      "DataFolder",
      `The data in "${dir}" is to be upgraded and the copy made before needs ${mb} MB that its disk does not have; nothing was changed: free some space and start again.`,
    );
  }
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const draft = `${to}.part`;
  try {
    copyFileSync(from, draft);
    syncFile(draft);
    renameSync(draft, to);
    syncFile(folder);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
  return to;
}

/** Waits until a file, or the names in a folder, are on disk. */
export function syncFile(path: string): void {
  const fd = openSync(path, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
