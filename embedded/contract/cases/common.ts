import { api } from "../app/refs.ts";
import type { Engine } from "../engine.ts";

/** Calls that many cases make. */

export const db = api["db"]!;
export const jobs = api["jobs"]!;
export const calls = api["calls"]!;
export const transactions = api["transactions"]!;
export const files = api["files"]!;

type Doc = Record<string, unknown> & { _id: string; _creationTime: number };

/** Inserts a document and gives its id. */
export const insert = (engine: Engine, table: string, value: unknown): Promise<string> =>
  engine.mutation(db["insert"]!, { table, value });

export const get = (engine: Engine, id: string): Promise<Doc | null> => engine.query(db["get"]!, { id });

/** The documents of a read of `db.read`. */
export const read = (engine: Engine, table: string, more: object = {}): Promise<Doc[]> =>
  engine.query(db["read"]!, { table, ...more });

/** The tags of all items, as they were inserted. */
export const tags = async (engine: Engine): Promise<unknown[]> => (await read(engine, "items")).map(({ tag }) => tag);

/** Waits until no job is due. */
export async function settle(engine: Engine): Promise<void> {
  const until = Date.now() + 10_000;
  while ((await engine.query(jobs["unfinished"]!)) > 0) {
    if (Date.now() > until) throw new Error("Jobs do not come to an end.");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** The error a call ends with; fails when it succeeds. */
export async function failure(call: Promise<unknown>): Promise<Error & { data?: unknown }> {
  const [succeeded, value] = await call.then(
    (value) => [true, value] as const,
    (error: unknown) => [false, error] as const,
  );
  if (succeeded) throw new Error(`The call succeeded with ${String(JSON.stringify(value))}.`);
  return value as Error & { data?: unknown };
}
