import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../values/errors.ts";

/** The name before the `|` of keys that this server makes. */
const INSTANCE_NAME = "convex-self-hosted";
const FILE_NAME = "admin-key";
/** A key that is made here or kept in the folder: `<name>|<secret>`. */
const KEY = /^[^:|\s]+\|[^:|\s]+$/;
/** A given key may be any text that can stand in a header. The command line itself wants one with a bar. */
const GIVEN = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

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
   * owner can read the file. Throws UserError "BadDeployKey" for a given key that is empty or cannot stand in a header,
   * and for a kept one that has not the form `<name>|<secret>`. `warn` is told when others could read the file.
   */
  static open(dataDir: string, given?: string, warn?: (sentence: string) => void): AdminKey {
    if (given !== undefined) {
      if (GIVEN.test(given)) return new AdminKey(given);
      const what = given === "" ? "is empty" : "has characters that a header cannot hold, or spaces around it";
      throw new UserError("BadDeployKey", `The admin key given ${what}.`, 403);
    }
    const file = join(dataDir, FILE_NAME);
    const known = readIfThere(file);
    if (known !== null) {
      closeToOthers(file, warn);
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

  /** The name before the bar, which clients show; that of keys made here when there is none. */
  get name(): string {
    const bar = this.text.indexOf("|");
    return bar > 0 ? this.text.slice(0, bar) : INSTANCE_NAME;
  }

  /** Whether `candidate` is the key, with or without a `<type>:` before it; takes as long for every wrong one. */
  matches(candidate: string): boolean {
    return this.restOf(candidate) === "";
  }

  /**
   * What follows the key in `candidate`: "" or a text that begins with a colon; null when it is not the key. A `<type>:`
   * before the key is ignored. Takes as long for every wrong one.
   */
  restOf(candidate: string): string | null {
    const forms = [candidate, withoutType(candidate)].map((form) => {
      const isKey = timingSafeEqual(digest(form.slice(0, this.text.length)), this.#digest);
      const rest = form.slice(this.text.length);
      return isKey && (rest === "" || rest.startsWith(":")) ? rest : null;
    });
    return forms.find((rest) => rest !== null) ?? null;
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

/** Takes from others what they may do with the file; the key itself may be known by then (D12). */
function closeToOthers(file: string, warn?: (sentence: string) => void): void {
  const others = statSync(file).mode & 0o077;
  if (others === 0) return;
  chmodSync(file, 0o600);
  if ((others & 0o044) === 0) return;
  warn?.(
    `Others on this machine could read the admin key in "${file}"; now only its owner can: to be sure, stop the server and delete the file, and the next start makes a new key.`,
  );
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
