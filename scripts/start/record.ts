import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What an earlier start already did to this data folder's deployment, so that a second start need not do it again. */
export interface StartRecord {
  /** Hash of the pushed functions and the packages they use. */
  pushed?: string;
  /** Hash of the variables set on the deployment. */
  variables?: string;
  /** Whether signing keys for sign-in were made. */
  keys?: boolean;
  /** Whether the key that signs the history was made. */
  auditKey?: boolean;
  /** Whether demo mode was decided on, once, when the deployment was empty. */
  demo?: "on" | "off";
  /** Whether an admin was there who could sign in. The last one cannot leave, so one stays. */
  admin?: boolean;
}

const file = "start.json";

/** Reads the record of a data folder; an absent or unreadable one means that nothing was done yet. */
export function readRecord(dataDir: string): StartRecord {
  try {
    return JSON.parse(readFileSync(join(dataDir, file), "utf8")) as StartRecord;
  } catch {
    return {};
  }
}

/** Writes the record in one step: a start that is killed leaves the old or the new one. */
export function writeRecord(dataDir: string, record: StartRecord): void {
  mkdirSync(dataDir, { recursive: true });
  const next = join(dataDir, `${file}.next`);
  writeFileSync(next, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
  renameSync(next, join(dataDir, file));
}
