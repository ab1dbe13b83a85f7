// Checks the history of one subject where it is shown: its chain, and that its events are in the tree that the desk last signed
// (rules P1 to P3 in README.md). A browser does it with what the desk sends, so that it need not believe the desk.

import { type ChainRecord, NOTHING_BEFORE, recordText } from "./chain";
import { type AuditKey, type Checkpoint, checkpointText, keyIdOf, type Verify } from "./checkpoint";
import type { Hashing } from "./hashing";
import { rootByInclusion } from "./merkle";
import { wordsDigest, type Words } from "./words";

/** An event with what proves it. */
export type ProvenEvent = {
  record: ChainRecord;
  hash: string;
  /** Both null where it has no words, or they were erased. */
  salt: string | null;
  words: Words | null;
  /** Its place in the checkpoint's tree with the proof of it; null where that does not hold it yet. */
  place: { leaf: number; proof: string[] } | null;
};

/** What a desk sends so that a chain can be checked. Events are in the order of their chain. */
export type ChainProof = { events: ProvenEvent[]; checkpoint: Checkpoint | null; keys: AuditKey[] };

/** What a check has come to. */
export type Finding =
  | {
      kind: "unaltered";
      /** Events in all, and how many of them the checkpoint holds. */
      events: number;
      proven: number;
      erased: number;
      /** The number of the first event; above 1 where earlier ones were sealed and exported. */
      first: number;
      checkpoint: Checkpoint | null;
    }
  | { kind: "altered"; seq: number | null; reason: string };

/** Checks a chain and its place in the tree. Answers the first thing that is wrong. */
export async function checkChain({ events, checkpoint, keys }: ChainProof, hashing: Hashing, verify: Verify): Promise<Finding> {
  if (checkpoint !== null) {
    const reason = await checkpointProblem(checkpoint, keys, hashing, verify);
    if (reason !== null) return { kind: "altered", seq: null, reason };
  }
  let last: ProvenEvent | null = null;
  let [proven, erased] = [0, 0];
  for (const event of events) {
    const reason = (await eventProblem(event, last, hashing)) ?? (await placeProblem(event, checkpoint, hashing));
    if (reason !== null) return { kind: "altered", seq: event.record.seq, reason };
    if (event.place !== null) proven += 1;
    if (event.record.words !== null && event.words === null) erased += 1;
    last = event;
  }
  const first = events[0]?.record.seq ?? 1;
  return { kind: "unaltered", events: events.length, proven, erased, first, checkpoint };
}

async function checkpointProblem(
  checkpoint: Checkpoint,
  keys: AuditKey[],
  hashing: Hashing,
  verify: Verify,
): Promise<string | null> {
  const key = keys.find(({ keyId }) => keyId === checkpoint.keyId);
  if (key === undefined || (await keyIdOf(key.publicKey, hashing).catch(() => null)) !== key.keyId) {
    return `Checkpoint ${checkpoint.number} is signed by a key that the desk does not have.`;
  }
  const isSigned = await verify(key.publicKey, checkpointText(checkpoint), checkpoint.signature);
  return isSigned ? null : `Checkpoint ${checkpoint.number} has a wrong signature.`;
}

async function eventProblem(event: ProvenEvent, last: ProvenEvent | null, hashing: Hashing): Promise<string | null> {
  const { record, hash, salt, words } = event;
  if ((await hashing.text(recordText(record))) !== hash) return "It was altered: it has not the hash it stands under.";
  if (words !== null && (salt === null || (await wordsDigest(salt, words)) !== record.words)) {
    return "Its words were altered: its record holds another digest of them.";
  }
  if (last === null) {
    return record.seq === 1 && record.prev !== NOTHING_BEFORE ? "It is the first event, and names one before it." : null;
  }
  if (record.chain !== last.record.chain || record.seq !== last.record.seq + 1) {
    return `It does not come after event ${last.record.seq}: events are missing, or were added or moved.`;
  }
  return record.prev === last.hash ? null : `It does not follow event ${last.record.seq}: one of the two was altered.`;
}

async function placeProblem(
  { hash, place }: ProvenEvent,
  checkpoint: Checkpoint | null,
  hashing: Hashing,
): Promise<string | null> {
  if (place === null) return null;
  if (checkpoint === null) return "It has a place in a tree that was never signed.";
  const leaf = await hashing.leaf(hash);
  const root = await rootByInclusion({ leaf, index: place.leaf, size: checkpoint.size, proof: place.proof }, hashing);
  return root === checkpoint.root ? null : `It is not in the tree that checkpoint ${checkpoint.number} signs.`;
}
