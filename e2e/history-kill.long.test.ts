// kill -9 while checkpoints are made, while somebody is erased, and while an export is downloaded: afterwards the history is whole,
// checks with nothing but its lines, and what was begun is brought to its end.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ConvexHttpClient, type ConvexClient } from "convex/browser";
import { afterAll, beforeAll, expect, it } from "vitest";
import { signInAs } from "../bench/people.ts";
import { api } from "../convex/_generated/api.js";
import { EXPORT_PATH } from "../convex/shared/history/exporting.ts";
import type { Role } from "../convex/shared/roles.ts";
import { runVerify } from "../scripts/verify/main.ts";
import { connectAs, decide, pageWhen, type RequestId } from "./by-program.ts";
import { emptyFolder, startDesk, type Desk } from "./desk.ts";
import { startPrepared } from "./prepared.ts";

const seed = Number(process.env["KILL_SEED"] ?? Date.now() % 1_000_000);
const CUSTOMER = "nora.lind@example.com";
/** A word that only this customer wrote. */
const SECRET = "quillfeather";
const SETTLED_MS = 2_100;

let desk: Desk;
let requester: ConvexClient;
let reviewer: ConvexClient;
const tokens: Partial<Record<Role, string>> = {};
let submitted = 0;

const url = () => `http://127.0.0.1:${desk.port + 1}`;
const as = (role: Role) => new ConvexHttpClient(url(), { logger: false, auth: tokens[role] ?? "" });

/** Between 0 and 1, from the seed (mulberry32). */
let state = seed;
function chance(): number {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}
const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

beforeAll(async () => {
  desk = await startPrepared();
  for (const role of ["manager", "admin"] as const) tokens[role] = (await signInAs(url(), role, 0)).token;
  [requester, reviewer] = [await connectAs(desk, "requester"), await connectAs(desk, "reviewer")];
  await live(40);
});
afterAll(async () => {
  await Promise.all([requester?.close(), reviewer?.close()]);
  await desk?.stop();
});

/** Requests of the customer that come to their end. */
async function live(count: number): Promise<void> {
  const ids: RequestId[] = [];
  for (let i = 0; i < count; i += 1, submitted += 1) {
    const input = {
      from: `Nora Lind <${CUSTOMER}>`,
      subject: `Message ${submitted}`,
      message: `Do you sell the ${SECRET} probe?`,
    };
    const asked = { playbook: "customerReply", input, submissionKey: `kill-${submitted}` };
    ids.push((await requester.mutation(api.requests.submit, asked)).requestId);
  }
  for (const id of ids) await decide(reviewer, id, { kind: "reject", reason: `We sell no ${SECRET}.` });
  for (const id of ids) await pageWhen(requester, id, (page) => page.state.kind === "rejected");
}

/** Calls a function as whoever has the admin key; nobody may be there to answer. */
async function call(path: string): Promise<unknown> {
  const adminKey = readFileSync(join(desk.dataDir, "admin-key"), "utf8").trim();
  const response = await fetch(`${url()}/api/function`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Convex ${adminKey}` },
    body: JSON.stringify({ path, args: {}, format: "json" }),
  });
  return await response.json();
}

async function killAfter(ms: number): Promise<void> {
  await pause(ms);
  await desk.kill();
  desk = await startDesk({ dataDir: desk.dataDir, port: desk.port });
}

/** Downloads the whole history and checks it as somebody else would. `begun`: an export that was begun before. */
async function verified(begun?: string): Promise<{ text: string; said: string[] }> {
  const exportId =
    begun ??
    (await as("manager").mutation(api.exports.begin, { view: { of: "events", filter: {} }, format: "jsonl" })).exportId;
  let text = "";
  for (let part = 1, isDone = false; !isDone; part += 1) {
    const response = await fetch(`http://127.0.0.1:${desk.port + 2}${EXPORT_PATH}?export=${exportId}&part=${part}`, {
      headers: { Authorization: `Bearer ${tokens.manager}` },
    });
    if (!response.ok) throw new Error(`Part ${part} answered ${response.status}: ${await response.text()}`);
    text += await response.text();
    isDone = (await as("manager").query(api.exports.get, { exportId }))?.done === true;
  }
  const file = join(emptyFolder(), "export.jsonl");
  writeFileSync(file, text);
  const said: string[] = [];
  const say = (line: string) => void said.push(line);
  expect(await runVerify([file], say, say), said.join("\n")).toBe(0);
  return { text, said };
}

it(`a checkpoint is made whole or not at all (KILL_SEED=${seed})`, async () => {
  for (let round = 0; round < 8; round += 1) {
    await live(3);
    await pause(SETTLED_MS);
    void call("checkpoints:catchUp").catch(() => {});
    await killAfter(chance() * 80);
  }
  await pause(SETTLED_MS);
  await call("checkpoints:catchUp");
  const { text } = await verified();
  const lines = text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { kind: string; leaf?: number | null });
  const leaves = lines.flatMap(({ kind, leaf }) => (kind === "event" && typeof leaf === "number" ? [leaf] : []));
  expect(leaves).toEqual(leaves.map((_, i) => i));
  expect(leaves.length).toBeGreaterThan(submitted * 5);
}, 300_000);

it(`an export that broke off is asked for again, and is whole (KILL_SEED=${seed})`, async () => {
  const { exportId } = await as("manager").mutation(api.exports.begin, {
    view: { of: "events", filter: {} },
    format: "jsonl",
  });
  const cut = fetch(`http://127.0.0.1:${desk.port + 2}${EXPORT_PATH}?export=${exportId}&part=1`, {
    headers: { Authorization: `Bearer ${tokens.manager}` },
  })
    .then((response) => response.text())
    .catch(() => "cut");
  await killAfter(chance() * 100);
  await cut;
  await verified(exportId);
}, 120_000);

it(`an erasure goes on after each kill until no word is left (KILL_SEED=${seed})`, async () => {
  expect((await verified()).text).toContain(SECRET);
  await as("admin").mutation(api.privacy.erase, { subject: { kind: "address", address: CUSTOMER }, confirm: "erase" });
  for (let kills = 0; kills < 3; kills += 1) await killAfter(chance() * 150);
  await expect
    .poll(async () => (await as("manager").query(api.privacy.erasures, {}))[0]?.doneAt ?? null, { timeout: 60_000 })
    .not.toBeNull();
  await pause(SETTLED_MS);
  await call("checkpoints:catchUp");
  const { text, said } = await verified();
  expect(text).not.toContain(SECRET);
  expect(text).not.toContain(CUSTOMER);
  expect(said.join(" ")).toMatch(/erased/);
  const found = await as("manager").query(api.history.findRequests, { filter: { text: SECRET }, limit: 50 });
  expect(found.found).toEqual([]);
}, 180_000);
