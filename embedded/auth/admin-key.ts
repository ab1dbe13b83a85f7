import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../values/errors.ts";

/** The name before the `|` of keys that this server makes. */
const INSTANCE_NAME = "convex-self-hosted";
const FILE_NAME = "admin-key";
/** `<name>|<secret>`: a colon would be read as the start of an identity, a second bar is refused by clients. */
const KEY = /^[^:|\s]+\|[^:|\s]+$/;

/** The key that allows everything on this deployment (SPEC U1, U2). */
export class AdminKey {
  /** The whole key, for those who may have it: the person who started the server and the commands they run. */
  readonly text: string;
  readonly #digest: Buffer;

  private constructor(text: string) {
    this.text = text;
    this.#digest = digest(text);
  }

  /**
   * The key `given` by option, else the one in `<dataDir>/admin-key`, which is made when it is missing; only the
   * owner can read the file. Throws UserError "BadDeployKey" when a key has not the form `<name>|<secret>`.
   */
  static open(dataDir: string, given?: string): AdminKey {
    if (given !== undefined) return new AdminKey(checked(given, "The admin key given"));
    const file = join(dataDir, FILE_NAME);
    const known = readIfThere(file);
    if (known !== null) {
      chmodSync(file, 0o600);
      return new AdminKey(checked(known.trim(), `The admin key in ${file}`));
    }
    const text = `${INSTANCE_NAME}|${randomBytes(32).toString("hex")}`;
    mkdirSync(dataDir, { recursive: true });
    // Under its name only when complete: a crash in between leaves no half key.
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, `${text}\n`, { mode: 0o600, flush: true });
    renameSync(draft, file);
    return new AdminKey(text);
  }

  /** Whether `candidate` is the key, with or without a `<type>:` before it; takes as long for every wrong one. */
  matches(candidate: string): boolean {
    return timingSafeEqual(digest(withoutType(candidate)), this.#digest);
  }
}

/** A key without the decoration some commands put before the name: "prod:name|secret" is "name|secret". */
export function withoutType(key: string): string {
  const bar = key.indexOf("|");
  const colon = key.indexOf(":");
  return colon >= 0 && colon < bar ? key.slice(colon + 1) : key;
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

function checked(key: string, what: string): string {
  if (KEY.test(key)) return key;
  throw new UserError("BadDeployKey", `${what} is not of the form "<name>|<secret>", without spaces or colons.`, 403);
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
