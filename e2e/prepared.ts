import { inject } from "vitest";
import { copyOf, type Desk, type DeskOptions, isFree, startDesk } from "./desk.ts";

/**
 * Starts a desk on a copy of the prepared folder, if it can on the port the folder was prepared with: a desk whose address
 * is another than before has to be told, by a command line that takes a second or two.
 */
export async function startPrepared(options: Omit<DeskOptions, "dataDir"> = {}): Promise<Desk> {
  const port = inject("preparedPort");
  const areFree = (await Promise.all([port, port + 1, port + 2].map(isFree))).every(Boolean);
  return await startDesk({ dataDir: copyOf(inject("preparedDataDir")), ...(areFree ? { port } : {}), ...options });
}
