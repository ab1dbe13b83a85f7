import { once } from "node:events";
import { WebSocket } from "ws";
import type { Server } from "./server.ts";

/** What starts a server with an inspector on a port of the system's choice. */
export const INSPECT = "--inspect=127.0.0.1:0";

export interface CpuProfile {
  nodes: { id: number; callFrame: { functionName: string; url: string }; children?: number[] }[];
  samples: number[];
  /** Microseconds between the samples. */
  timeDeltas: number[];
}

/** The inspector of a server started with `INSPECT`. */
export class Inspector {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, { done: (result: unknown) => void; fail: (error: Error) => void }>();
  #id = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data: Buffer) => {
      const { id, result, error } = JSON.parse(data.toString()) as { id?: number; result?: unknown; error?: { message: string } };
      const waiting = id === undefined ? undefined : this.#waiting.get(id);
      if (error === undefined) waiting?.done(result);
      else waiting?.fail(new Error(error.message));
    });
    socket.on("close", () => {
      for (const { fail } of this.#waiting.values()) fail(new Error("The inspector is gone."));
    });
  }

  static async of(server: Server): Promise<Inspector> {
    const address = /ws:\/\/\S+/.exec(server.errors())?.[0];
    if (address === undefined) throw new Error("The server was started without an inspector.");
    const socket = new WebSocket(address);
    await once(socket, "open");
    return new Inspector(socket);
  }

  /** Collects garbage in the server's main thread, twice, so that what the first leaves to finalizers goes too. */
  async collectGarbage(): Promise<void> {
    for (let i = 0; i < 2; i++) await this.#ask("HeapProfiler.collectGarbage");
  }

  /** Records where the server's main thread spends its time while `work` runs. */
  async profile(work: () => Promise<unknown>): Promise<CpuProfile> {
    await this.#ask("Profiler.enable");
    await this.#ask("Profiler.setSamplingInterval", { interval: 200 });
    await this.#ask("Profiler.start");
    await work();
    return ((await this.#ask("Profiler.stop")) as { profile: CpuProfile }).profile;
  }

  close(): void {
    this.#socket.terminate();
  }

  #ask(method: string, params: object = {}): Promise<unknown> {
    const id = ++this.#id;
    return new Promise((done, fail) => {
      this.#waiting.set(id, { done, fail });
      this.#socket.send(JSON.stringify({ id, method, params }));
    });
  }
}
