/** Files on their way in, in parts, as the command line sends them (SPEC X4). */
import { randomBytes, randomUUID } from "node:crypto";
import { createReadStream, createWriteStream, mkdirSync } from "node:fs";
import { mkdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { UserError } from "../values/errors.ts";
import { importError } from "./import-error.ts";

/** Largest part, bytes; the command line sends 5 MiB, and more only of files above 50 GB. */
const MAX_PART_BYTES = 256 * 1024 * 1024;
const MAX_PARTS = 10_000;
/** An upload that is not finished after this long is forgotten, ms. */
const KEEP_MS = 60 * 60_000;

export class Uploads {
  readonly #dir: string;
  readonly #open = new Map<string, NodeJS.Timeout>();

  /** `dir`: a folder of its own, which is emptied. */
  constructor(dir: string) {
    this.#dir = dir;
  }

  /** Begins an upload and answers its token. */
  start(): string {
    const token = randomBytes(24).toString("hex");
    mkdirSync(this.#folder(token), { recursive: true, mode: 0o700 });
    this.#open.set(token, setTimeout(() => void this.#forget(token), KEEP_MS).unref());
    return token;
  }

  /** Keeps a part (numbered from 1) and answers its token. Throws UserError for an unknown upload and too large a part. */
  async part(token: string, number: number, body: AsyncIterable<Uint8Array>): Promise<string> {
    this.#check(token);
    if (!Number.isInteger(number) || number < 1 || number >= MAX_PARTS) {
      throw importError("BadPartNumber", `partNumber must be from 1 to ${MAX_PARTS - 1}.`);
    }
    const path = this.#part(token, number);
    let size = 0;
    const limited = async function* (): AsyncGenerator<Uint8Array> {
      for await (const piece of body) {
        size += piece.byteLength;
        if (size > MAX_PART_BYTES) throw tooLarge();
        yield piece;
      }
    };
    await pipeline(limited(), createWriteStream(path, { mode: 0o600 }));
    return `part-${number}`;
  }

  /** Joins the parts, in the order of their tokens, and answers the path of the whole file, which is the caller's now. */
  async finish(token: string, partTokens: readonly string[]): Promise<string> {
    this.#check(token);
    const target = join(this.#dir, randomUUID());
    await mkdir(this.#dir, { recursive: true, mode: 0o700 });
    await writeFile(target, "", { flag: "wx", mode: 0o600 });
    for (const part of partTokens) {
      const path = this.#part(token, Number(/^part-(\d{1,5})$/.exec(part)?.[1]));
      if (!(await stat(path).catch(() => null))) throw importError("UnknownPart", `There is no part ${JSON.stringify(part)}.`);
      await pipeline(createReadStream(path), createWriteStream(target, { flags: "a" }));
    }
    await this.#forget(token);
    return target;
  }

  /** Forgets all uploads. */
  close(): void {
    for (const timer of this.#open.values()) clearTimeout(timer);
  }

  #check(token: string): void {
    if (!this.#open.has(token)) throw importError("UnknownUpload", "This upload is not known; begin again.");
  }

  async #forget(token: string): Promise<void> {
    clearTimeout(this.#open.get(token));
    this.#open.delete(token);
    await rm(this.#folder(token), { recursive: true, force: true });
  }

  #folder(token: string): string {
    return join(this.#dir, `upload-${token}`);
  }

  #part(token: string, number: number): string {
    return join(this.#folder(token), String(number));
  }
}

function tooLarge(): UserError {
  return new UserError("PayloadTooLarge", `A part may have ${MAX_PART_BYTES / 1024 / 1024} MiB at most.`, 413);
}
