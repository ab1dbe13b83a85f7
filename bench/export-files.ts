import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { ConvexHttpClient } from "convex/browser";
import { api } from "../convex/_generated/api.js";
import { signInAs } from "./people.ts";
import type { Server } from "./server.ts";

/** Downloads all events of a desk as signed JSON lines, as a manager does. Answers the files of its parts, in order. */
export async function exportFiles(server: Pick<Server, "url">, into: string): Promise<string[]> {
  const { token } = await signInAs(server.url, "manager", 0);
  const client = new ConvexHttpClient(server.url, { logger: false, auth: token });
  const { exportId, url } = await client.mutation(api.exports.begin, { view: { of: "events", filter: {} }, format: "jsonl" });
  const files: string[] = [];
  for (let isDone = false; !isDone; ) {
    const part = files.length + 1;
    const response = await fetch(`${url}?export=${exportId}&part=${part}`, { headers: { authorization: `Bearer ${token}` } });
    if (!response.ok || response.body === null) throw new Error(`Part ${part} of an export answered ${response.status}: ${await response.text()}`);
    const file = join(into, `part-${part}.jsonl`);
    await pipeline(Readable.fromWeb(response.body as ReadableStream), createWriteStream(file));
    files.push(file);
    isDone = (await client.query(api.exports.get, { exportId }))?.done === true;
  }
  return files;
}
