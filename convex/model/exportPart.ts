// One part of an export from its first line to its last, as an action makes it: every page is a transaction of its own, and the
// digest of all lines before the last one is signed with it. The lines travel on as they come.

import { internal } from "../_generated/api";
import type { ActionCtx } from "../_generated/server";
import {
  headIn,
  type HeadLine,
  lineText,
  PART_BYTES,
  type TrailerFacts,
  trailerLineText,
  trailerText,
} from "../shared/audit/export";
import { webHashing } from "../shared/audit/hashing";
import { sha256OfBytes } from "../shared/digest";
import { deskError } from "../shared/errors";
import { signerOf } from "./auditKeys";
import type { Lines, PartOf, Progress } from "./auditExport";

/** Chains whose ends are looked up in one transaction. */
const HEADS = 1_000;

/** Makes the next page of a part; null where nothing is left. It runs a query that answers `exportPage` (or the like). */
export type NextPage = (progress: Progress) => Promise<Lines | null>;

/** How a part ended. */
export type Ended = {
  /** Whether nothing is left, so that no part follows. */
  last: boolean;
  /** Names this part in the next one, as its `previous`. */
  hash: string;
  /** The first leaf of the next part, where the export is whole. */
  to: number;
  events: number;
};

/**
 * Makes one part, in pieces of UTF-8 that together end before 20 MiB, and returns how it ended. Throws `auditKeyMissing` where the
 * desk cannot sign, before anything is sent.
 */
export async function* exportPart(
  ctx: ActionCtx,
  of: PartOf,
  nextPage: NextPage,
  partBytes = PART_BYTES,
): AsyncGenerator<Uint8Array<ArrayBuffer>, Ended> {
  const signer = await signerOf("AUDIT_SIGNING_KEY");
  if (signer === null) throw deskError("auditKeyMissing");
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  const heads: Heads = new Map();
  let [bytes, lines, events, last] = [0, 0, 0, false];

  const piece = (text: string): Uint8Array<ArrayBuffer> => {
    const encoded = new TextEncoder().encode(text);
    pieces.push(encoded);
    bytes += encoded.length;
    return encoded;
  };
  const begun: Lines & { origin: string } = await ctx.runMutation(internal.auditExport.begin, of);
  let { progress } = begun;
  lines += begun.lines;
  yield piece(begun.text);

  for (;;) {
    const page = await nextPage(progress);
    last = page === null;
    if (page === null) break;
    ({ progress } = page);
    lines += page.lines;
    events += page.events;
    takeHeads(heads, page.text);
    yield piece(page.text);
    if (bytes >= partBytes) break;
  }
  const to = of.whole && !last ? progress.next : progress.size;
  const end: Lines = await ctx.runQuery(internal.auditExport.end, { progress });
  lines += end.lines;
  yield piece(end.text);
  for await (const text of headLines(ctx, of, heads)) yield piece(text);
  lines += heads.size;
  const { whole, filter, part, previous } = of;
  const facts: TrailerFacts = {
    origin: begun.origin,
    part,
    last,
    previous,
    whole,
    filter,
    to,
    size: progress.size,
    events,
    chains: heads.size,
    lines,
    sha256: await digestOf(pieces, bytes),
    at: Date.now(),
    keyId: signer.keyId,
  };
  const trailer = trailerLineText({ ...facts, signature: await signer.sign(trailerText(facts)) });
  yield new TextEncoder().encode(trailer);
  return { last, hash: await webHashing.text(trailer.trimEnd()), to, events };
}

/** The `head` line of the last event of each chain that a part has events of, by the chain. */
type Heads = Map<string, string>;

/** Takes the events of further lines in. What is kept are new texts: parts of the lines would hold on to all of them. */
function takeHeads(heads: Heads, text: string): void {
  const lasts = new Map<string, Omit<HeadLine, "kind">>();
  for (const line of text.split("\n")) {
    const head = headIn(line);
    if (head !== null) lasts.set(head.chain, head);
  }
  for (const [chain, head] of lasts) heads.set(chain, lineText({ kind: "head", ...head }));
}

/**
 * The `head` lines of a part. What follows in a chain stands in the next parts of a whole export; how far it goes at the desk, which is asked
 * chain by chain, says something only where a filter left events out (E6).
 */
async function* headLines(ctx: ActionCtx, { whole }: PartOf, heads: Heads): AsyncGenerator<string> {
  if (whole) yield [...heads.values()].join("");
  const asked = whole ? [] : [...heads.keys()];
  for (let i = 0; i < asked.length; i += HEADS) {
    yield await ctx.runQuery(internal.auditExport.heads, { chains: asked.slice(i, i + HEADS) });
  }
}

async function digestOf(pieces: readonly Uint8Array[], bytes: number): Promise<string> {
  const all = new Uint8Array(bytes);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return await sha256OfBytes(all);
}
