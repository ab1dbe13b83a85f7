import { execFile } from "node:child_process";
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, hash, type KeyObject, randomBytes, sign } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { startDesk } from "../e2e/desk.ts";
import type { Store } from "../embedded/storage/store.ts";
import type { Transaction } from "../embedded/storage/transaction.ts";
import type { BlockEvent } from "../convex/shared/audit/blocks.ts";
import type { Json, JsonObject } from "../embedded/values/json.ts";
import { withCopy, withServer } from "./apps.ts";
import { documentsOf, inOneTransaction, withStore } from "./copies.ts";
import { prepareDesk } from "./desk-run.ts";
import { oneAtATime } from "./decisions.ts";
import { nodeHashing, type HistoryRules, historyRules } from "./history-rules.ts";
import { readTexts, type Text } from "./history-texts.ts";
import { signIn } from "./people.ts";
import { projectDir, type Server } from "./server.ts";

/** Requests in one transaction: about ten rows each and two for each event. */
const PER_TRANSACTION = 50;
/** Events of one request: see `eventsOf`. */
export const EVENTS_PER_REQUEST = 10;
const PLAYBOOKS = ["customerReply", "refund", "announcement"] as const;
/** Tables that are filled; what else a request has (its workflow, its agents' messages) no list of the history reads. */
const APP = 0;

/** Runs `use` on a server with such a history, on a copy of the kept folder to which the desk's functions as they are now were pushed. */
export async function withHistory<T>(count: number, say: (text: string) => void, use: (server: Server) => Promise<T>): Promise<T> {
  const folder = await historyFolder(count, say);
  return await withCopy(folder, async (dir) => {
    await promisify(execFile)(process.execPath, [join(projectDir, "embedded/contract/push-project.ts"), dir]);
    return await withServer(dir, use);
  });
}

/**
 * A kept data folder of a desk whose history has about `count` events of real texts in requests of their own, each chained, all
 * of them in a signed tree. Made once per machine, code and count, straight in the store of a stopped desk.
 */
async function historyFolder(count: number, say: (text: string) => void): Promise<string> {
  const texts = readTexts();
  const dir = join(tmpdir(), `countersign-bench-kept-${userInfo().username}`, `history-${count}-${fingerprint()}`);
  if (existsSync(dir)) return dir;
  say("setting up a desk with one request that was decided");
  const { dataDir, port, tasks } = await prepareDesk(1);
  const desk = await startDesk({ dataDir, port });
  await oneAtATime(await signIn(`http://127.0.0.1:${port + 1}`), tasks);
  await desk.stop();
  say(`writing ${count.toLocaleString("en")} events`);
  const rules = await historyRules();
  const history: Written = { hashes: [], waiting: [] };
  withStore(dataDir, (store) => write(store, rules, texts, Math.ceil(count / EVENTS_PER_REQUEST), history));
  say("building the tree");
  await gather(dataDir, rules, history.hashes);
  mkdirSync(dirname(dir), { recursive: true });
  renameSync(dataDir, dir);
  return dir;
}

type Pattern = Record<"requests" | "requestWords" | "drafts" | "tasks" | "decisions", JsonObject> & {
  people: { requesters: string[]; deciders: string[] };
  versions: Map<string, string>;
};

/** What was written so far: the hashes of all events in their order, and the last ones, which stand in no block yet. */
type Written = { hashes: string[]; waiting: BlockEvent[] };

function write(store: Store, rules: HistoryRules, texts: readonly Text[], requests: number, history: Written): void {
  const pattern = patternOf(store);
  const rows = (table: string) => documentsOf(store, { component: "", table });
  const leaves = rows("auditLeaves");
  const events = new Map(rows("auditEvents").map((row) => [row["_id"], row]));
  const told = new Map(rows("auditWords").map((row) => [row["eventId"], row]));
  inOneTransaction(store, (txn) => {
    for (const table of ["auditBlocks", "auditBlockWords"]) for (const { _id } of rows(table)) txn.remove(APP, _id as string);
    for (const { _id, eventId } of leaves) {
      txn.patch(APP, _id as string, { index: history.hashes.length });
      const { hash, ...record } = events.get(eventId!)!;
      const { salt, words } = told.get(eventId!) ?? { salt: null, words: null };
      gathered(txn, rules, history, { hash: hash as string, record: record as never, salt: salt as null, words: words as null });
    }
  });
  for (let from = 0; from < requests; from += PER_TRANSACTION) {
    inOneTransaction(store, (txn) => {
      for (let n = from; n < Math.min(from + PER_TRANSACTION, requests); n++) writeRequest(txn, rules, pattern, texts, n, history);
    });
  }
}

function patternOf(store: Store): Pattern {
  const rows = (table: string) => documentsOf(store, { component: "", table });
  const first = (table: string): JsonObject => {
    const [row] = rows(table);
    if (row === undefined) throw new Error(`The desk has no row in "${table}" to follow.`);
    return row;
  };
  const people = rows("people");
  const withRole = (role: string) => people.filter(({ roles }) => (roles as string[]).includes(role)).map(({ _id }) => _id as string);
  const [version] = rows("policyVersions");
  const versions = inOneTransaction(store, (txn) => {
    const ids = new Map<string, string>();
    for (const playbook of PLAYBOOKS) ids.set(playbook, txn.insert(APP, "policyVersions", { ...fieldsOf(version!), playbook, version: 9 }));
    return ids;
  });
  const tables = { requests: first("requests"), requestWords: first("requestWords"), drafts: first("drafts"), tasks: first("tasks"), decisions: first("decisions") };
  return { ...tables, people: { requesters: withRole("requester"), deciders: withRole("reviewer") }, versions };
}

function fieldsOf(document: JsonObject): JsonObject {
  const { _id, _creationTime, ...fields } = document;
  return fields;
}

function writeRequest(txn: Transaction, rules: HistoryRules, pattern: Pattern, texts: readonly Text[], n: number, history: Written): void {
  const at = Date.now();
  const pick = <T>(list: readonly T[], by = n): T => list[by % list.length]!;
  const { message, subject } = pick(texts);
  const playbook = pick(PLAYBOOKS, Math.floor(n / 3));
  const requesterId = pick(pattern.people.requesters);
  const deciderId = pick(pattern.people.deciders, Math.floor(n / 7));
  const policyVersionId = pattern.versions.get(playbook)!;
  const input = { from: `Customer ${n} <customer${n}@example.com>`, subject, message };
  const outcome = n % 4;
  const state: JsonObject =
    outcome < 2 ? { ...(pattern.requests["state"] as JsonObject) } : outcome === 2 ? { kind: "rejected", by: { kind: "deadline" }, at } : { kind: "withdrawn", personId: requesterId, at };
  const requestId = txn.insert(APP, "requests", { ...fieldsOf(pattern.requests), playbook, input, requesterId, policyVersionId, submissionKey: `history-${n}`, state });
  const text = [subject, input.from, message].join("\n");
  txn.insert(APP, "requestWords", { requestId, text, playbook, requesterId, policyVersionId });
  txn.insert(APP, "drafts", { ...fieldsOf(pattern.drafts), requestId });
  const taskId = txn.insert(APP, "tasks", { ...fieldsOf(pattern.tasks), requestId, playbook, subject, from: input.from, stage: pick(["Review", "Finance", "Managers"], Math.floor(n / 11)) });
  const verdict: JsonObject = outcome === 2 ? { kind: "reject", reason: pick(texts, n + 5_000).message } : { kind: "approve" };
  txn.insert(APP, "decisions", { ...fieldsOf(pattern.decisions), taskId, requestId, personId: deciderId, verdict, key: `history-${n}` });
  const digest = pattern.drafts["digest"] as string;
  const remark = pick(texts, n + 9_000).message;
  let [seq, prev] = [0, rules.NOTHING_BEFORE];
  for (const { actor, event, words } of eventsOf({ playbook, requesterId, deciderId, digest, verdict, remark, at })) {
    const chain = `request:${requestId}`;
    const salt = randomBytes(16).toString("hex");
    const client = actor.kind === "person" ? { kind: "browser", address: "" } : null;
    const all = actor.kind === "person" ? { ...words, "client.address": `192.0.2.${n % 250}` } : words;
    const isBare = Object.keys(all).length === 0;
    const told = isBare ? null : hash("sha256", salt + rules.canonicalJson(all));
    const record = { chain, seq: ++seq, prev, at: at + seq, actor, client, event, words: told };
    prev = hash("sha256", rules.recordText(record as never));
    const eventId = txn.insert(APP, "auditEvents", { ...(record as unknown as JsonObject), hash: prev, requestId, playbook, policyVersionId });
    if (!isBare) {
      const person: JsonObject = actor.kind === "person" ? { personId: actor.personId } : {};
      txn.insert(APP, "auditWords", { eventId, salt, words: all, text: Object.values(words).join("\n"), kind: event["kind"] as string, playbook, ...person });
    }
    txn.insert(APP, "auditLeaves", { eventId, hash: prev, index: history.hashes.length });
    gathered(txn, rules, history, { hash: prev, record: record as never, salt: isBare ? null : salt, words: isBare ? null : all });
  }
}

/** Takes the next event in. A block is written once there is an event after it: the checkpoint ends with the last event of all. */
function gathered(txn: Transaction, { BLOCK_EVENTS, blockOf, eventStart, eventEnd }: HistoryRules, history: Written, event: GatheredEvent): void {
  const { hashes, waiting } = history;
  const leaf = hashes.push(event.hash) - 1;
  waiting.push({ start: eventStart({ leaf, ...event }), end: eventEnd(event) });
  if (waiting.length <= BLOCK_EVENTS) return;
  const { from, to, starts, ends } = blockOf(hashes.length - waiting.length, waiting.slice(0, BLOCK_EVENTS), new Map());
  waiting.splice(0, to - from);
  txn.insert(APP, "auditBlocks", { from, to, starts });
  txn.insert(APP, "auditBlockWords", { from, to, ends });
}

type GatheredEvent = Omit<Parameters<HistoryRules["eventStart"]>[0], "leaf"> & { salt: string | null; words: Record<string, string> | null };

type Told = { actor: { kind: "person"; personId: string } | { kind: "agent"; name: string } | { kind: "desk" }; event: JsonObject; words: Record<string, string> };

/** What happens to one request, as the desk records it: words apart, `""` in their places. */
function eventsOf(of: { playbook: string; requesterId: string; deciderId: string; digest: string; verdict: JsonObject; remark: string; at: number }): Told[] {
  const { playbook, requesterId, deciderId, digest, remark, at } = of;
  const desk = { kind: "desk" } as const;
  const agent = { kind: "agent", name: "Drafting" } as const;
  const person = (personId: string) => ({ kind: "person", personId }) as const;
  const rejects = of.verdict["kind"] === "reject";
  const verdict: JsonObject = rejects ? { kind: "reject", reason: "" } : of.verdict;
  const model = { provider: "template", model: "template" };
  return [
    { actor: person(requesterId), event: { kind: "submitted", playbook }, words: {} },
    { actor: agent, event: { kind: "triaged", category: "billing", riskScore: 20 }, words: {} },
    { actor: agent, event: { kind: "drafted", revision: 1, digest, model }, words: {} },
    { actor: desk, event: { kind: "taskOpened", stage: "Review", revision: 1, dueAt: at + 3_600_000 }, words: {} },
    { actor: person(requesterId), event: { kind: "commented", text: "" }, words: { text: remark } },
    { actor: desk, event: { kind: "reminded", stage: "Review", dueAt: at + 3_600_000 }, words: {} },
    { actor: person(deciderId), event: { kind: "voted", revision: 1, digest, verdict }, words: rejects ? { "verdict.reason": of.verdict["reason"] as string } : {} },
    { actor: person(deciderId), event: { kind: "decided", outcome: rejects ? "rejected" : "approved", revision: 1, digest, why: null }, words: {} },
    { actor: desk, event: { kind: "held" }, words: {} },
    { actor: desk, event: { kind: "retried", step: "perform" }, words: {} },
  ];
}

/** Gives every event its place in one tree with one signed checkpoint, in place of what the desk had made until then. */
async function gather(dataDir: string, rules: HistoryRules, hashes: readonly string[]): Promise<void> {
  const leaves = hashes.map((one) => nodeHashing.leaf(one) as string);
  const changed = await rules.append(() => Promise.resolve(null), 0, leaves, nodeHashing);
  const tiles = new Map(changed.map(({ level, number, tile }) => [`${level}/${number}`, tile]));
  const tree = rules.storedTree((level, number) => Promise.resolve(tiles.get(`${level}/${number}`) ?? null), nodeHashing);
  const root = await tree.root(0, hashes.length);
  const key = withStore(dataDir, keyOf);
  const publicKey = createPublicKey(key).export({ type: "spki", format: "der" }).subarray(-32).toString("base64");
  const keyId = await rules.keyIdOf(publicKey, nodeHashing);
  const origin = rules.originOf(keyId);
  const facts = { origin, number: 1, size: hashes.length, root, at: Date.now(), previous: rules.NO_CHECKPOINT };
  const signature = sign(null, Buffer.from(rules.checkpointText(facts)), key).toString("base64");
  withStore(dataDir, (store) => {
    inOneTransaction(store, (txn) => {
      for (const table of ["auditTiles", "auditCheckpoints", "auditKeys"]) {
        for (const { _id } of documentsOf(store, { component: "", table })) txn.remove(APP, _id as string);
      }
      txn.insert(APP, "auditKeys", { keyId, publicKey, since: Date.now(), vouched: null });
      txn.insert(APP, "auditCheckpoints", { ...facts, keyId, signature } satisfies Record<string, Json>);
    });
    for (let from = 0; from < changed.length; from += PER_TRANSACTION) {
      inOneTransaction(store, (txn) => {
        for (const { level, number, tile } of changed.slice(from, from + PER_TRANSACTION)) {
          txn.insert(APP, "auditTiles", { level, number, width: tile.width, nodes: { $bytes: Buffer.from(tile.nodes).toString("base64") } });
        }
      });
    }
  });
}

/** The desk's signing key, made where it has none. */
function keyOf(store: Store): KeyObject {
  const there = store.env.list().find(({ name }) => name === "AUDIT_SIGNING_KEY")?.value;
  if (there !== undefined) return createPrivateKey({ key: Buffer.from(there, "base64"), format: "der", type: "pkcs8" });
  const { privateKey } = generateKeyPairSync("ed25519");
  const value = privateKey.export({ type: "pkcs8", format: "der" }).toString("base64");
  store.begin();
  store.env.set("AUDIT_SIGNING_KEY", value, Date.now());
  store.commit();
  return privateKey;
}

/** Changes when the desk's functions, the rules or this file do. */
function fingerprint(): string {
  const all = createHash("sha256");
  const add = (path: string): void => {
    if (statSync(path).isDirectory()) for (const name of readdirSync(path).sort()) add(join(path, name));
    else if (path.endsWith(".ts") && !path.endsWith(".test.ts")) all.update(readFileSync(path));
  };
  for (const path of ["convex/schema.ts", "convex/shared/audit", "embedded/storage/layout.ts", "bench/history-folder.ts"]) add(join(projectDir, path));
  return all.digest("hex").slice(0, 12);
}
