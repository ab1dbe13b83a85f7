/** Text files in pieces: memory holds one piece and one line at a time (SPEC X4). */
import { importError } from "./import-error.ts";

/** Longest line, characters: a document has 1 MiB, which text may blow up sixfold and more. */
const MAX_LINE = 32 * 1024 * 1024;

/** The text of UTF-8 bytes, piece by piece, without a byte order mark. Throws UserError `NotUtf8`. */
export async function* textOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  try {
    for await (const part of bytes) yield decoder.decode(part, { stream: true });
    yield decoder.decode();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw importError("NotUtf8", "Import wasn't valid UTF8.");
  }
}

/** The lines of a text, in batches as they come, without their ends. */
export async function* linesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string[]> {
  let rest = "";
  for await (const text of textOf(bytes)) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > MAX_LINE) throw importError("LineTooLong", `A line has more than ${MAX_LINE} characters.`);
    if (lines.length > 0) yield lines;
  }
  if (rest !== "") yield [rest];
}
