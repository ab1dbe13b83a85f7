import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";

/** What a person asked of `npm run verify`. */
export type VerifyOptions = { kind: "help" } | { kind: "check"; files: string[]; key: string | null; checkpoints: string | null };

/** A mistake of the person who asked: one sentence, no stack. */
export class VerifyError extends Error {}

export const help = `Checks an export of the history: that every event in it is as it was recorded.

  npm run verify -- export.jsonl [part-2.jsonl ...] [--key KEY] [--checkpoints FILE]

  --key KEY     the desk's public key, or a file that holds it, as a request's page shows it to managers. Without it the keys in
                the export are believed, which shows that nothing was altered since, but not whose desk it was
  --checkpoints FILE
                checkpoints of the desk that you kept elsewhere, as it sent them: the file AUDIT_FILE, or notes from its webhook. A
                history that was made anew, or cut off, by somebody who has the desk's key differs from them
  --help        this text

Exit codes: 0 nothing is wrong; 1 something is, and the first such line is named; 2 nothing could be checked.
`;

/** Bytes of an Ed25519 public key. */
const KEY_BYTES = 32;

/**
 * Reads the command line of `npm run verify`.
 * @throws VerifyError with one sentence for an unknown option, no file, or a key that is none
 */
export function readVerifyOptions(argv: string[]): VerifyOptions {
  let parsed;
  try {
    const options = { key: { type: "string" }, checkpoints: { type: "string" }, help: { type: "boolean", short: "h" } } as const;
    parsed = parseArgs({ args: argv, allowPositionals: true, options });
  } catch (error) {
    throw new VerifyError(`${(error as Error).message.split(". ")[0]}. \`npm run verify -- --help\` lists what there is.`);
  }
  const { values, positionals: files } = parsed;
  if (values.help) return { kind: "help" };
  if (files.length === 0) throw new VerifyError("Name the file of an export; its parts in order, where it has several.");
  return { kind: "check", files, key: values.key === undefined ? null : keyOf(values.key), checkpoints: values.checkpoints ?? null };
}

/** A public key from base64, or from a file that holds it. */
function keyOf(given: string): string {
  for (const text of [given, textOf(given)]) {
    const key = text.trim();
    if (/^[A-Za-z0-9+/]{43}=$/.test(key) && Buffer.from(key, "base64").length === KEY_BYTES) return key;
  }
  throw new VerifyError("--key takes a public key of 44 characters, or a file that holds one.");
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
