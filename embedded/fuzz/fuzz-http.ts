import { Agent, request as httpRequest } from "node:http";
import { connect } from "node:net";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { mutateBytes, mutateJsonText, mutateText } from "./mutate.ts";
import type { Random } from "./random.ts";
import type { HttpRequest } from "./recorded.ts";
import type { ServerProcess } from "./server-process.ts";

/** One changed request, and what is wrong with its answer. */

/** Statuses above 499 that are an answer to what was asked, not a fault: what is not supported. */
const ALLOWED_5XX = new Set([501]);
/** These may wait for news; their caller leaves instead. */
const WAITING = ["/api/stream_function_logs"];
const PATIENCE_MS = 30_000;

export class HttpFuzzer {
  readonly #server: ServerProcess;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 32 });

  constructor(server: ServerProcess) {
    this.#server = server;
  }

  close(): void {
    this.#agent.destroy();
  }

  /** Sends a changed copy of `base`. What is wrong with the answer; null when nothing is. */
  async run(random: Random, base: HttpRequest): Promise<string | null> {
    const changed = changedRequest(random, base);
    if (random.chance(0.08)) return this.#raw(random, changed);
    const answer = await this.#send(changed);
    const shown = () => `${changed.method} ${changed.path.slice(0, 200)} ${String(changed.body).slice(0, 600)} → ${JSON.stringify(answer).slice(0, 400)}`;
    if (answer.problem) return `${answer.problem}: ${shown()}`;
    const isTrueWord = answer.status === 503 && changed.path === "/health";
    if (answer.status >= 500 && !isTrueWord && !ALLOWED_5XX.has(answer.status)) return `a status of 5xx: ${shown()}`;
    // As the server reads it: `/../http/hello` is an HTTP action's path.
    const { pathname } = URL.parse(`http://host${changed.path}`) ?? { pathname: changed.path };
    const isOurs = changed.listener === "api" && !pathname.startsWith("/http");
    if (answer.status >= 400 && isOurs && !isRefusal(answer.body)) return `a refusal without code and message: ${shown()}`;
    return null;
  }

  #send({ listener, method, path, headers, bytes }: HttpRequest & { bytes: Buffer | null }) {
    const { hostname, port } = new URL(listener === "api" ? this.#server.url : this.#server.siteUrl);
    return new Promise<{ status: number; body: string; problem?: string }>((resolve) => {
      const timer = setTimeout(
        () => {
          sent.destroy();
          resolve(WAITING.some((waiting) => path.startsWith(waiting)) ? { status: 0, body: "" } : { status: 0, body: "", problem: "no answer" });
        },
        WAITING.some((waiting) => path.startsWith(waiting)) ? 30 : PATIENCE_MS,
      );
      const settle = (answer: { status: number; body: string; problem?: string }): void => {
        clearTimeout(timer);
        resolve(answer);
      };
      let sent: ReturnType<typeof httpRequest>;
      try {
        sent = httpRequest({ hostname, port, method, path, headers, agent: this.#agent }, (response) => {
          const parts: Buffer[] = [];
          response.on("data", (part: Buffer) => parts.push(part));
          response.on("end", () => settle({ status: response.statusCode ?? 0, body: Buffer.concat(parts).toString("utf8") }));
          response.on("error", () => settle({ status: response.statusCode ?? 0, body: "" }));
        });
      } catch {
        return settle({ status: 0, body: "" }); // Not even the client takes such a request.
      }
      // A refusal may end the connection before the body was taken.
      sent.on("error", () => settle({ status: 0, body: "" }));
      sent.end(bytes ?? undefined);
    });
  }

  /** The request as changed bytes on a bare connection: an answer of 4xx or an end, and in time. */
  #raw(random: Random, { listener, method, path, headers, body }: HttpRequest): Promise<string | null> {
    const { hostname, port } = new URL(listener === "api" ? this.#server.url : this.#server.siteUrl);
    const lines = Object.entries({ host: `${hostname}:${port}`, connection: "close", ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
    const length = body === null ? "" : `content-length: ${Buffer.byteLength(body)}\r\n`;
    const bytes = mutateBytes(random, Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join("")}${length}\r\n${body ?? ""}`));
    return new Promise((resolve) => {
      const socket = connect(Number(port), hostname);
      let text = "";
      const settle = (problem: string | null): void => {
        clearTimeout(timer);
        socket.destroy();
        resolve(problem);
      };
      const status = () => Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0);
      // A request that stays unfinished is the server's to end, by its time limits; here the client leaves.
      const timer = setTimeout(() => settle(null), 50);
      socket.on("data", (part) => {
        text += part.toString("latin1");
        if (status() >= 500 && !ALLOWED_5XX.has(status())) settle(`a status of 5xx: ${bytes.toString("latin1").slice(0, 600)} → ${text.slice(0, 300)}`);
      });
      socket.on("close", () => settle(null));
      socket.on("error", () => settle(null));
      socket.end(bytes);
    });
  }
}

function isRefusal(body: string): boolean {
  try {
    const { code, message } = JSON.parse(body) as { code?: unknown; message?: unknown };
    return typeof code === "string" && code !== "" && typeof message === "string" && message !== "";
  } catch {
    return body === ""; // HEAD
  }
}

function changedRequest(random: Random, base: HttpRequest): HttpRequest & { bytes: Buffer | null } {
  const request = { ...base, headers: { ...base.headers } };
  if (base.body !== null && random.chance(0.7)) request.body = changedBody(random, base.body);
  else if (random.chance(0.5)) request.path = safePath(mutateText(random, base.path));
  else if (random.chance(0.4)) request.method = random.pick(["GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS", "TRACE"]);
  else changeHeader(random, request.headers);
  const bytes = request.body === null ? null : Buffer.from(request.body);
  if (bytes && random.chance(0.05)) return pack(random, request, bytes);
  return { ...request, bytes };
}

function changedBody(random: Random, body: string): string {
  try {
    return mutateJsonText(random, JSON.parse(body));
  } catch {
    return mutateText(random, body);
  }
}

/** What the client's own checks let through: without spaces and control characters. */
function safePath(path: string): string {
  // oxlint-disable-next-line no-control-regex
  const safe = path.replaceAll(/[\u0000-\u0020\u007f-\uffff]/gu, (char) => encodeURI(char.isWellFormed() ? char : "?").replaceAll(" ", "%20"));
  return safe.startsWith("/") ? safe : `/${safe}`;
}

function changeHeader(random: Random, headers: Record<string, string>): void {
  const [name, value] = random.pick([
    ["authorization", "Convex wrong"], ["authorization", "Bearer a.b.c"], ["authorization", "Basic eDp5"], ["authorization", "Convex"],
    ["authorization", `Bearer ${"x".repeat(4_000)}`], ["origin", "https://evil.example"], ["origin", "null"], ["host", "evil.example"],
    ["content-type", "multipart/form-data"], ["content-encoding", "br"], ["content-encoding", "gzip"], ["content-encoding", "zstd"],
    ["range", "bytes=5-1"], ["range", "bytes=-999999999999"], ["range", "bytes=0-0,2-2,4-4"], ["if-none-match", "*"], ["expect", "100-continue"],
    ["x-forwarded-proto", "https,evil"], ["digest", "sha-256=AAAA"], ["content-type", "\u0001"], ["convex-client", "npm-9.9.9"],
  ] as const);
  if (value !== "\u0001") headers[name] = value;
}

function pack(random: Random, request: HttpRequest, bytes: Buffer): HttpRequest & { bytes: Buffer } {
  const encoding = random.pick(["br", "gzip"]);
  const packed = encoding === "br" ? brotliCompressSync(bytes) : gzipSync(bytes);
  const sent = random.chance(0.5) ? mutateBytes(random, packed) : packed;
  return { ...request, headers: { ...request.headers, "content-encoding": encoding }, bytes: sent };
}
