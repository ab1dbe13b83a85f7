/**
 * For tests: stands for https://api.resend.com, whose address the component has built in. A proxy on this machine leads
 * there: it answers CONNECT by speaking TLS itself, with a certificate made for this test only, which the server under
 * test is told to trust.
 */
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { join } from "node:path";

const at = (name: string) => join(import.meta.dirname, `resend-api.${name}.pem`);

export interface SeenRequest {
  host: string;
  path: string;
  authorization: string;
  idempotencyKey: string;
  emails: { to: string[]; subject: string; text?: string }[];
}

export interface ResendApi {
  /** Environment of a server process that is to meet this API. */
  env: NodeJS.ProcessEnv;
  seen: SeenRequest[];
  close(): void;
}

/** Answers batches with ids `r-0`, `r-1` …, after one 500, and refuses an email with the subject "refused" with a 422. */
export async function resendApi(): Promise<ResendApi> {
  const seen: SeenRequest[] = [];
  let failures = 1;
  let count = 0;
  const api = createTlsServer({ key: readFileSync(at("key")), cert: readFileSync(at("cert")) }, (request, response) => {
    void bodyOf(request).then((body) => {
      const emails = JSON.parse(body) as SeenRequest["emails"];
      const { host = "", authorization = "", "idempotency-key": key } = request.headers;
      seen.push({ host, path: request.url ?? "", authorization, idempotencyKey: String(key), emails });
      const isRefused = emails.some(({ subject }) => subject === "refused");
      const status = isRefused ? 422 : failures-- > 0 ? 500 : 200;
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(status === 200 ? { data: emails.map(() => ({ id: `r-${count++}` })) } : { message: `status ${status}` }));
    });
  });
  const sockets = new Set<Socket>();
  const proxy = createServer().on("connect", (_request: IncomingMessage, socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
    api.emit("connection", socket);
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const { port } = proxy.address() as AddressInfo;
  return {
    env: {
      NODE_USE_ENV_PROXY: "1",
      HTTPS_PROXY: `http://127.0.0.1:${port}`,
      NO_PROXY: "127.0.0.1,localhost",
      NODE_EXTRA_CA_CERTS: at("cert"),
    },
    seen,
    close() {
      for (const socket of sockets) socket.destroy();
      proxy.close();
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const piece of request) body += String(piece);
  return body;
}
