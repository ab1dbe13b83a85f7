// @vitest-environment node
// The webhook connector against a real HTTP server. Real timers: sockets do not wait for fake ones.

import { createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { api } from "../_generated/api";
import { demoDesk, openTask, pageOf, quiet, seat, setVariable, type Desk } from "../testing/desk.helper";

quiet();

type Received = { headers: IncomingHttpHeaders; body: string };
type Answer = { status: number; body?: string; location?: string } | "hang" | "endless";
const SECRET = `whsec_${Buffer.from("a secret of twenty-four bytes").toString("base64")}`;

let server: Server | null = null;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = null;
});

/** The receiver's address with this name of the machine. */
const hookAt = (host: string) => `http://${host}:${(server!.address() as AddressInfo).port}/hook`;

/** A receiver that answers as told, the last answer again and again. */
async function receiver(...answers: Answer[]): Promise<Received[]> {
  const received: Received[] = [];
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (piece: Buffer) => {
      body += piece.toString("utf8");
    });
    request.on("end", () => {
      const answer = answers[Math.min(received.length, answers.length - 1)];
      received.push({ headers: request.headers, body });
      if (answer === undefined || answer === "hang") return;
      if (answer === "endless") {
        response.writeHead(200);
        const timer = setInterval(() => response.write("x".repeat(10_000)), 1);
        response.on("close", () => clearInterval(timer));
        return;
      }
      response.writeHead(answer.status, answer.location === undefined ? {} : { location: answer.location });
      response.end(answer.body);
    });
  });
  const started = server;
  await new Promise<void>((resolve) => {
    started.listen(0, "127.0.0.1", resolve);
  });
  await setVariable("WEBHOOK_URL", hookAt("127.0.0.1"));
  await setVariable("WEBHOOK_SECRET", SECRET);
  await setVariable("WEBHOOK_ALLOWED_PRIVATE", "127.0.0.1");
  await setVariable("PERFORM_BACKOFF_MS", "5");
  return received;
}

async function approved(desk: Desk) {
  const requester = await seat(desk, "requester");
  const reviewer = await seat(desk, "reviewer");
  const { requestId } = await requester.mutation(api.requests.submit, {
    playbook: "customerReply",
    submissionKey: "key",
    input: {
      from: "Mei <mei.tanaka@example.org>",
      subject: "Return",
      message: "May I return order FH-20455? It is unopened.",
    },
  });
  const until = async (kinds: string[]) => {
    for (let i = 0; i < 800; i += 1) {
      const page = await pageOf(requester, requestId);
      if (kinds.includes(page.state.kind)) {
        await desk.finishInProgressScheduledFunctions();
        return page;
      }
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    throw new Error(`The request never came to ${kinds.join(" or ")}.`);
  };
  await until(["inReview"]);
  await reviewer.mutation(api.decisions.decide, {
    ...(await openTask(reviewer, requestId)),
    verdict: { kind: "approve" },
  });
  return { requestId, until, page: await until(["completed", "failed"]) };
}

it("sends what was approved, once, signed as the specification says", async () => {
  const received = await receiver({ status: 202, body: "taken" });
  const { page } = await approved(await demoDesk());
  expect(page.state).toMatchObject({ kind: "completed", detail: "The webhook answered 202: taken" });
  expect(received).toHaveLength(1);
  const { headers, body } = received[0] ?? { headers: {}, body: "" };
  const [execution] = page.executions;
  expect(headers["webhook-id"]).toBe(execution?.idempotencyKey);
  expect(headers["idempotency-key"]).toBe(execution?.idempotencyKey);
  const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
  const key = Buffer.from(SECRET.slice("whsec_".length), "base64");
  expect(headers["webhook-signature"]).toBe(`v1,${createHmac("sha256", key).update(signed).digest("base64")}`);
  expect(Math.abs(Number(headers["webhook-timestamp"]) - Date.now() / 1_000)).toBeLessThan(60);
  expect(JSON.parse(body)).toMatchObject({
    type: "action.approved",
    data: { action: page.draft?.action, digest: page.draft?.digest, playbook: "customerReply" },
  });
});

it("tries again after 500s, under the same id, until it is taken", async () => {
  const received = await receiver({ status: 500 }, { status: 503 }, { status: 429 }, { status: 200 });
  const { page } = await approved(await demoDesk());
  expect(page.state.kind).toBe("completed");
  expect(page.executions[0]?.attempts.map(({ number, result }) => [number, result.kind])).toEqual([
    [1, "transient"],
    [2, "transient"],
    [3, "transient"],
    [4, "ok"],
  ]);
  expect(new Set(received.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
});

it("gives up after five 500s; a retry goes on under the same id", async () => {
  const received = await receiver(...Array.from({ length: 5 }, () => ({ status: 500, body: "out of order" })), {
    status: 200,
  });
  const desk = await demoDesk();
  const { page, requestId, until } = await approved(desk);
  expect(page.state).toMatchObject({
    kind: "failed",
    step: "perform",
    reason: expect.stringContaining("500: out of order"),
  });
  expect(page.executions[0]?.attempts).toHaveLength(5);
  await (await seat(desk, "manager")).mutation(api.requests.retry, { requestId });
  const done = await until(["completed", "failed"]);
  expect(done.state.kind).toBe("completed");
  expect(done.executions).toHaveLength(2);
  expect(received).toHaveLength(6);
  expect(new Set(received.map(({ headers }) => headers["idempotency-key"])).size).toBe(1);
});

it.each([400, 401, 404, 410, 422])("takes %i as final", async (status) => {
  const received = await receiver({ status });
  const { page } = await approved(await demoDesk());
  expect(page.state).toMatchObject({ kind: "failed", step: "perform", reason: `The webhook answered ${status}` });
  expect(received).toHaveLength(1);
});

it.each(["127.0.0.2", ""])("sends nothing to this machine when an admin allows only “%s”", async (allowed) => {
  const received = await receiver({ status: 200 });
  await setVariable("WEBHOOK_ALLOWED_PRIVATE", allowed);
  const { page } = await approved(await demoDesk());
  expect(page.state).toMatchObject({ kind: "failed", reason: expect.stringContaining("WEBHOOK_ALLOWED_PRIVATE") });
  expect(received).toEqual([]);
});

it("sends nothing to a name that leads to this machine, whatever it is called", async () => {
  const received = await receiver({ status: 200 });
  await setVariable("WEBHOOK_ALLOWED_PRIVATE", "");
  await setVariable("WEBHOOK_URL", hookAt("localhost"));
  const { page } = await approved(await demoDesk());
  expect(page.state).toMatchObject({ kind: "failed", reason: expect.stringContaining("private network") });
  expect(received).toEqual([]);
});

it("does not follow a redirect with a signed action", async () => {
  const received = await receiver({ status: 307, location: "/elsewhere" });
  expect((await approved(await demoDesk())).page.state.kind).toBe("failed");
  expect(received).toHaveLength(1);
});

it("counts a receiver that hangs as a try, and reads only the beginning of an endless answer", async () => {
  const received = await receiver("hang", "endless");
  await setVariable("WEBHOOK_TIMEOUT_MS", "200");
  const { page } = await approved(await demoDesk());
  expect(received).toHaveLength(2);
  expect(page.executions[0]?.attempts.map(({ result }) => result.kind)).toEqual(["transient", "ok"]);
  expect(page.state.kind === "completed" && page.state.detail.length).toBeLessThan(600);
});

it("performs nothing without a usable secret, and never stores it", async () => {
  const received = await receiver({ status: 200 });
  await setVariable("WEBHOOK_SECRET", "not base64 at all!");
  const { page } = await approved(await demoDesk());
  expect(page.state).toMatchObject({ kind: "failed", step: "perform" });
  expect(received).toEqual([]);
  expect(JSON.stringify(page)).not.toContain("not base64 at all!");
});
