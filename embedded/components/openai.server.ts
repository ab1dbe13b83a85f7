/** For tests: a local server that speaks OpenAI's chat API from a script, whole or word by word. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** One answer of the model: words, or a call of a tool. */
export type Turn = { text: string } | { tool: string; input: object };

interface ChatRequest {
  stream?: boolean;
  messages: { role: string; content: unknown }[];
}

export interface ModelServer {
  baseUrl: string;
  seen: ChatRequest[];
  /** What the model says next. */
  say(...turns: Turn[]): void;
  close(): void;
}

/** How long each streamed word takes, ms: long enough for a client to see an answer grow. */
const WORD_MS = 30;

export async function modelServer(): Promise<ModelServer> {
  const seen: ChatRequest[] = [];
  const turns: Turn[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      let body = "";
      for await (const piece of request) body += String(piece);
      const chat = JSON.parse(body) as ChatRequest;
      seen.push(chat);
      const turn = turns.shift();
      if (turn === undefined) return void response.writeHead(400).end(`{"error":{"message":"nothing left to say"}}`);
      const base = { id: "c", created: 0, model: "test-model" };
      const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
      const message = messageOf(turn);
      const finish_reason = "text" in turn ? "stop" : "tool_calls";
      if (!chat.stream) {
        response.writeHead(200, { "content-type": "application/json" });
        const whole = { ...base, object: "chat.completion", choices: [{ index: 0, message, finish_reason }], usage };
        return void response.end(JSON.stringify(whole));
      }
      response.writeHead(200, { "content-type": "text/event-stream" });
      const send = (delta: object, finish: string | null, more: object = {}) => {
        const choices = [{ index: 0, delta, finish_reason: finish }];
        response.write(`data: ${JSON.stringify({ ...base, object: "chat.completion.chunk", choices, ...more })}\n\n`);
      };
      if ("text" in turn) {
        for (const word of turn.text.split(/(?<= )/)) {
          send({ role: "assistant", content: word }, null);
          await new Promise((resolve) => setTimeout(resolve, WORD_MS));
        }
      } else send(message, null);
      send({}, finish_reason, { usage });
      response.end("data: [DONE]\n\n");
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    seen,
    say: (...more) => void turns.push(...more),
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function messageOf(turn: Turn): object {
  if ("text" in turn) return { role: "assistant", content: turn.text };
  const call = { name: turn.tool, arguments: JSON.stringify(turn.input) };
  return { role: "assistant", content: null, tool_calls: [{ index: 0, id: "call-1", type: "function", function: call }] };
}
