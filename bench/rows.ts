import { createReadStream } from "node:fs";
import { join } from "node:path";
import { keptFolder, withServer } from "./apps.ts";
import { call } from "./server.ts";

/** Documents that one mutation may write at most is 16,000; smaller ones keep the server's memory small. */
const PER_MUTATION = 4_000;

/** A kept folder of the plain app with `count` rows of the topic "rows", numbered from 0. */
export function rowsFolder(count: number, say: (text: string) => void): Promise<string> {
  return keptFolder("plain", `rows-${count}`, async (dir) => {
    say(`writing ${count.toLocaleString("en")} rows`);
    await withServer(dir, async ({ url }) => {
      for (let from = 0; from < count; from += PER_MUTATION) {
        await call(url, "mutation", "notes:addMany", { topic: "rows", from, count: Math.min(PER_MUTATION, count - from) });
      }
    });
  });
}

/** Has the system read a folder's database into its cache of files, as it is on a machine where a server works on it. */
export async function intoSystemCache(dir: string): Promise<void> {
  for await (const chunk of createReadStream(join(dir, "deployment.sqlite3"), { highWaterMark: 1 << 20 })) void chunk;
}
