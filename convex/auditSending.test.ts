// @vitest-environment node
// Checkpoints sent to a receiver and a file. Real timers: sockets do not wait for fake ones.

import { createHmac } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { api, internal } from "./_generated/api";
import { type Checkpoint, notesIn } from "./shared/audit/checkpoint";
import { webHashing } from "./shared/audit/hashing";
import { isConsistent } from "./shared/audit/merkle";
import { check, checkpointAll, exported, withKey } from "./testing/audit.helper";
import { demoDesk, type Desk, quiet, seat, setVariable } from "./testing/desk.helper";

quiet();

const SECRET = Buffer.from("a secret of twenty-four bytes");
type Received = { id: string; signed: boolean; data: Checkpoint & { note: string; from: { size: number; proof: string[] } } };
let server: Server | null = null;
let folder = "";
afterEach(() => {
  vi.useRealTimers();
  server?.closeAllConnections();
  server?.close();
  server = null;
  if (folder !== "") rmSync(folder, { recursive: true });
  folder = "";
});

async function receiver(...statuses: number[]): Promise<Received[]> {
  const received: Received[] = [];
  const started = createServer((request, response) => {
    let body = "";
    request.on("data", (piece: Buffer) => (body += piece.toString()));
    request.on("end", () => {
      const { headers } = request;
      const content = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
      const signed = headers["webhook-signature"] === `v1,${createHmac("sha256", SECRET).update(content).digest("base64")}`;
      const status = statuses[received.length] ?? 200;
      received.push({ id: String(headers["webhook-id"]), signed, data: (JSON.parse(body) as { data: Received["data"] }).data });
      response.writeHead(status).end();
    });
  });
  server = started;
  await new Promise<void>((done) => started.listen(0, "127.0.0.1", done));
  await setVariable("AUDIT_WEBHOOK_URL", `http://127.0.0.1:${(started.address() as AddressInfo).port}/checkpoints`);
  await setVariable("AUDIT_WEBHOOK_SECRET", `whsec_${SECRET.toString("base64")}`);
  return received;
}

/** What the clock does once a minute, three seconds on so that everything is settled. */
async function minute(desk: Desk): Promise<void> {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 3_000 });
  await desk.mutation(internal.checkpoints.catchUp, {});
  for (let i = 0; i < 20; i += 1) {
    vi.setSystemTime(Date.now() + 10);
    await new Promise((done) => setTimeout(done, 10));
    await desk.finishInProgressScheduledFunctions();
  }
}

const happen = (desk: Desk) =>
  desk.run(async (ctx) => {
    const { record, DESK } = await import("./model/audit");
    await record(ctx as Parameters<typeof record>[0], undefined, DESK, { kind: "demoEnabled" });
  });

test("the newest checkpoint is sent, signed, with the proof that it grew out of the one sent before", async () => {
  await withKey();
  const received = await receiver(200, 500, 200);
  await setVariable("WEBHOOK_ALLOWED_PRIVATE", "127.0.0.1");
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
  const desk = await demoDesk();
  await checkpointAll(desk); // takes the key into use
  await minute(desk);
  expect(received).toMatchObject([{ signed: true, data: { number: 1, from: { size: 0, proof: [] } } }]);
  await minute(desk);
  expect(received).toHaveLength(1); // nothing happened
  await happen(desk);
  await minute(desk); // answered 500
  const manager = await seat(desk, "manager");
  expect(await manager.query(api.audit.signing, {})).toMatchObject({
    checkpoint: { number: 2 },
    copies: [{ target: "webhook", number: 1, failures: 1, error: expect.any(String) }],
  });
  await happen(desk);
  await minute(desk);
  expect(received.map(({ data }) => data.number)).toEqual([1, 2, 3]);
  const [first, , third] = received.map(({ data }) => data);
  if (first === undefined || third === undefined) throw new Error("Too few were sent.");
  expect(third.from.size).toBe(first.size);
  expect(await isConsistent(first, third, third.from.proof, webHashing)).toBe(true);
  expect(third.note).toMatch(/^countersign-[0-9a-f]{16}\n\d+\n\S{44}\nnumber 3\ntime \d+\nprevious [0-9a-f]{64}\n\n— countersign-[0-9a-f]{16} \S+\n$/);
});

test("no checkpoint goes into a private network that no admin allowed", async () => {
  await withKey();
  const received = await receiver();
  const desk = await demoDesk();
  await minute(desk);
  expect(received).toEqual([]);
  const { signs, checkpoint, copies } = await (await seat(desk, "manager")).query(api.audit.signing, {});
  expect({ signs, checkpoint }).toMatchObject({ signs: true, checkpoint: { number: 1 } });
  expect(copies).toMatchObject([{ target: "webhook", number: 0, failures: 1, error: expect.stringContaining("WEBHOOK_ALLOWED_PRIVATE") }]);
});

test("V10: checkpoints are appended to a file as signed notes, against which an export can be checked", async () => {
  const { publicKey } = await withKey();
  folder = mkdtempSync(join(tmpdir(), "countersign-checkpoints-"));
  await setVariable("AUDIT_FILE", join(folder, "checkpoints"));
  const desk = await demoDesk();
  await minute(desk);
  await happen(desk);
  await minute(desk);
  const file = readFileSync(join(folder, "checkpoints"), "utf8");
  const notes = file.trimEnd().split(/\n\n(?=countersign-)/);
  expect(notes).toHaveLength(2);
  for (const note of notes) expect(note).toMatch(/\n\n— countersign-[0-9a-f]{16} /);
  expect(await check([await exported(desk)], publicKey, undefined, notesIn(file))).toMatchObject({ complete: true, kept: 2 });
});
