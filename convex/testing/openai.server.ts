// A local server that speaks OpenAI's streaming chat API from a script: each call takes the next turn.

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type Turn =
  | { text?: string; calls?: { name: string; input: unknown }[] }
  | { status: number; headers?: Record<string, string>; error?: string }
  | "hang"
  | "cut";

/** A call as the server got it. */
export type Seen = {
  path: string;
  key: string;
  body: { model: string; stream: boolean; messages: unknown[]; tools?: unknown[] };
};

export type ModelServer = { baseUrl: string; seen: Seen[]; close: () => Promise<void> };

/** Starts a server that answers with `turns` in order, and with 500 when they are used up. */
export async function modelServer(turns: Turn[]): Promise<ModelServer> {
  const seen: Seen[] = [];
  const left = [...turns];
  const server = createServer((request, response) => {
    void readBody(request).then((text) => {
      seen.push({
        path: request.url ?? "",
        key: request.headers.authorization ?? "",
        body: JSON.parse(text) as Seen["body"],
      });
      answer(response, left.shift() ?? { status: 500, error: "The script is used up." });
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    seen,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(response: ServerResponse, turn: Turn): void {
  if (turn === "hang") return;
  if (turn !== "cut" && "status" in turn) {
    response.writeHead(turn.status, { "content-type": "application/json", ...turn.headers });
    response.end(JSON.stringify({ error: { message: turn.error ?? "error", type: "error", code: null } }));
    return;
  }
  response.writeHead(200, { "content-type": "text/event-stream" });
  const send = (delta: unknown, finish: string | null = null) => {
    const chunk = {
      id: "c",
      object: "chat.completion.chunk",
      created: 0,
      model: "test-model",
      choices: [{ index: 0, delta, finish_reason: finish }],
    };
    response.write(`data: ${JSON.stringify(chunk)}\n\n`);
  };
  send({ role: "assistant", content: "" });
  if (turn === "cut") {
    // A connection that breaks before the first words is tried again by the AI SDK; one that breaks later is not.
    send({ content: "Half an answer " });
    setTimeout(() => response.destroy(), 30);
    return;
  }
  for (const word of (turn.text ?? "").split(/(?<= )/)) if (word !== "") send({ content: word });
  for (const [index, { name, input }] of (turn.calls ?? []).entries()) {
    send({ tool_calls: [{ index, id: `call-${index}-${name}`, type: "function", function: { name, arguments: "" } }] });
    const text = typeof input === "string" ? input : JSON.stringify(input);
    for (let at = 0; at < text.length; at += 40) {
      send({ tool_calls: [{ index, function: { arguments: text.slice(at, at + 40) } }] });
    }
  }
  send({}, turn.calls === undefined ? "stop" : "tool_calls");
  const usage = { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 };
  response.write(
    `data: ${JSON.stringify({ id: "c", object: "chat.completion.chunk", created: 0, model: "test-model", choices: [], usage })}\n\n`,
  );
  response.end("data: [DONE]\n\n");
}

function readBody(request: IncomingMessage): Promise<string> {
  return new Promise((resolve) => {
    let text = "";
    request.on("data", (piece: Buffer) => {
      text += piece.toString("utf8");
    });
    request.on("end", () => resolve(text));
  });
}
