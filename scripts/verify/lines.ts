import { createReadStream } from "node:fs";

/** How much of a file is read at a time, bytes. */
const CHUNK = 1024 * 1024;

/**
 * The lines of a file without their ends, in groups as they are read; what follows the last line end counts as a line where it
 * is not empty. Throws what Node throws for a file that cannot be read, and a RangeError for a line that no desk writes.
 */
export async function* linesOf(file: string): AsyncGenerator<string[]> {
  const stream = createReadStream(file, { highWaterMark: CHUNK, encoding: "utf8" });
  let rest = "";
  for await (const chunk of stream as AsyncIterable<string>) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > 20 * CHUNK) throw new RangeError(`${file} is no export: a line in it is longer than any the desk writes.`);
    yield lines;
  }
  if (rest !== "") yield [rest];
}
