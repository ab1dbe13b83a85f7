import { once } from "node:events";
import { RawClient, type Message } from "../embedded/sync/raw-client.ts";

/**
 * A connection that speaks the sync protocol with next to no work on its side, so that the server and not the client is
 * measured. What arrives is kept as text until somebody asks for it.
 */
export class RawCaller {
  readonly #client: RawClient;
  #requestId = 0;
  #answered: (() => void) | null = null;
  #problem: string | null = null;

  private constructor(client: RawClient) {
    this.#client = client;
    client.socket.removeAllListeners("message");
    client.socket.on("message", (data: Buffer) => {
      const text = data.toString();
      if (!text.startsWith('{"type":"MutationResponse"')) return;
      if (!text.includes('"success":true')) this.#problem = text;
      this.#answered?.();
    });
  }

  static async connect(url: string): Promise<RawCaller> {
    return new RawCaller(await RawClient.connect(url));
  }

  /** Sends a mutation and waits for its answer, which says that it is on disk. One at a time. */
  async mutation(path: string, args: object): Promise<void> {
    const answered = new Promise<void>((done) => (this.#answered = done));
    this.#client.mutation(this.#requestId++, path, args);
    await answered;
    if (this.#problem !== null) throw new Error(this.#problem);
  }

  close(): void {
    this.#client.close();
  }
}

/** A connection with one live query that tells when a text arrives. */
export async function subscribe(url: string, path: string, args: object, seen: (text: string) => void): Promise<RawClient> {
  const client = await RawClient.connect(url);
  client.socket.removeAllListeners("message");
  const first = once(client.socket, "message") as Promise<[Message]>;
  client.add({ 0: [path, args] });
  await first;
  client.socket.on("message", (data: Buffer) => seen(data.toString()));
  return client;
}
