import { readFileSync } from "node:fs";
import { call, type ServerProcess } from "./server-process.ts";

/** What a second client sees while something else goes on. */
export interface Watched<T> {
  value: T;
  /** The longest time one of its calls took, ms; without the time in which other processes had the processor. */
  worstMs: number;
  /** How many it made. */
  queries: number;
}

/** Runs `run` while a second client calls a small query, or mutation, again and again. */
export async function watching<T>(
  server: ServerProcess,
  path: string,
  run: () => Promise<T>,
  kind: "query" | "mutation" = "query",
): Promise<Watched<T>> {
  const over = new AbortController();
  let worstMs = 0;
  let queries = 0;
  const client = (async () => {
    while (!over.signal.aborted) {
      const waited = server.mainThread().waitMs + ownWaitMs();
      const started = performance.now();
      const { status } = await call(server, kind, path);
      if (status !== "success") throw new Error(`The second client's ${kind} failed: ${status}`);
      const others = server.mainThread().waitMs + ownWaitMs() - waited;
      worstMs = Math.max(worstMs, performance.now() - started - others);
      queries += 1;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  })();
  try {
    const value = await run();
    return { value, ...(await finish()) };
  } finally {
    await finish().catch(() => undefined);
  }

  async function finish() {
    over.abort();
    await client;
    return { worstMs, queries };
  }
}

/** How long this thread has waited for a processor so far, ms. */
function ownWaitMs(): number {
  return Number(readFileSync("/proc/thread-self/schedstat", "latin1").split(" ")[1]) / 1e6;
}
