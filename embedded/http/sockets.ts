import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import { Session, type SessionContext } from "../sync/session.ts";
import { type OriginRules, refuseHost, refuseOrigin } from "./origins.ts";

/** Largest message of a client, bytes: arguments of 16 MiB and what is around them (W12). */
export const MAX_FRAME_BYTES = 20 * 1024 * 1024;
/** WebSockets open at a time (H21). */
export const MAX_SOCKETS = 4_096;
/** How often sessions are looked after, ms: WebSocket pings, silent and slow clients. */
const TICK_MS = 5_000;
/** The path carries the version of the client's package, for information. */
const SYNC_PATH = /^\/(?:api\/(?:[0-9A-Za-z.-]{1,64}\/)?)?sync$/;

/** The WebSocket sessions of a listener. */
export class Sockets {
  readonly #sessions = new Set<Session>();
  readonly #wss = new WebSocketServer({ noServer: true, maxPayload: MAX_FRAME_BYTES, perMessageDeflate: false });
  readonly #timer: NodeJS.Timeout;
  #closing = false;

  /**
   * Takes the upgrades of `server` that pass the rules; others are refused before a WebSocket exists (H1, H2). Those that
   * come while the deployment still opens wait for `ready`.
   */
  constructor(server: Server, rules: OriginRules, ready: Promise<Omit<SessionContext, "wire" | "ip" | "userAgent">>) {
    ready.catch(() => undefined); // The opening itself tells of its failure.
    server.on("upgrade", async (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      socket.on("error", () => socket.destroy());
      const path = (request.url ?? "").split("?", 1)[0] ?? "";
      const refusal = refuseHost(request.headers, rules) ?? refuseOrigin(request.headers, rules);
      if (refusal) return refuseUpgrade(socket, "403 Forbidden", refusal);
      if (!SYNC_PATH.test(path)) {
        return refuseUpgrade(socket, "404 Not Found", { code: "NotFound", message: `There is no WebSocket at ${path}.` });
      }
      const context = await ready.catch(() => null);
      if (this.#closing || !context) return refuseUpgrade(socket, "503 Service Unavailable", { code: "Closing", message: "Closing." });
      if (this.#sessions.size >= MAX_SOCKETS) {
        context.overloaded?.("sockets");
        const message = `There are ${MAX_SOCKETS} WebSockets already; try again later.`;
        return refuseUpgrade(socket, "503 Service Unavailable", { code: "TooManyConnections", message });
      }
      const ip = request.socket.remoteAddress;
      const userAgent = request.headers["user-agent"];
      this.#wss.handleUpgrade(request, socket, head, (ws) => {
        const own = { ...(ip === undefined ? {} : { ip }), ...(userAgent === undefined ? {} : { userAgent }) };
        const session = new Session(ws, { ...context, ...own, wire: socket }, () => this.#sessions.delete(session));
        this.#sessions.add(session);
        socket.on("data", (part: Buffer) => session.arrived(part.length));
      });
    });
    this.#timer = setInterval(() => {
      const now = Date.now();
      for (const session of this.#sessions) session.tick(now);
    }, TICK_MS);
    this.#timer.unref();
  }

  /** Number of open sessions. */
  get size(): number {
    return this.#sessions.size;
  }

  /** Ends all sessions as at a normal shutdown: clients come back soon (W15). Takes no new ones. */
  close(): void {
    this.#closing = true;
    clearInterval(this.#timer);
    for (const session of this.#sessions) session.close(1001);
  }
}

function refuseUpgrade(socket: Duplex, status: string, body: { code: string; message: string }): void {
  const text = JSON.stringify(body);
  socket.end(
    `HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-type: application/json\r\n` +
      `content-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  );
}
