// The download of one part of an export: GET EXPORT_PATH?export=…&part=… with the person's token in the Authorization header, as
// a stream that ends before 20 MiB. There is no link that works without a token; the role is checked for every part.

import { internal } from "../_generated/api";
import type { ActionCtx } from "../_generated/server";
import { canonicalJson, type Canonical } from "../shared/canonicalJson";
import { deskError } from "../shared/errors";
import type { ExportPlace } from "../shared/history/exporting";
import type { HistoryView } from "../shared/history/filter";
import { PART_BYTES } from "../shared/audit/export";
import { readable, refused } from "./crossOrigin";
import { csvHead } from "./exportRows";
import { isWhole } from "./exports";
import { exportPart, type NextPage } from "./exportPart";
import { settle, wholePages } from "./wholeExport";

type Part = { exportId: Place["exportId"]; place: ExportPlace; view: HistoryView; format: "csv" | "jsonl" };
type Place = NonNullable<typeof internal.exports.place._returnType>;

/**
 * One part of an export. Errors are `{ code, message }` with the status: 401 not signed in, 403 not allowed, 404 no such export of
 * this person or not this part's turn, 409 the desk cannot sign.
 */
export async function exportResponse(ctx: ActionCtx, request: Request): Promise<Response> {
  const query = new URL(request.url).searchParams;
  try {
    const personId = await ctx.runQuery(internal.viewer.withRole, { roles: ["manager", "admin"] });
    const asked = { personId, exportId: query.get("export") ?? "", part: Number(query.get("part")) };
    const found: Place | null = Number.isInteger(asked.part) ? await ctx.runQuery(internal.exports.place, asked) : null;
    if (found === null) throw deskError("notFound");
    const pieces = piecesOf(ctx, found);
    // What cannot be made at all is said with a status, before the stream begins.
    const first = await pieces.next();
    const type = found.format === "csv" ? "text/csv; charset=utf-8" : "application/jsonl; charset=utf-8";
    return new Response(streamOf(first, pieces), {
      headers: readable({ "content-type": type }),
    });
  } catch (error) {
    return refused(error);
  }
}

type Pieces = AsyncGenerator<Uint8Array<ArrayBuffer>, void>;

function piecesOf(ctx: ActionCtx, part: Part): Pieces {
  return part.format === "jsonl" && part.view.of === "events" ? signedPieces(ctx, part) : plainPieces(ctx, part);
}

/** A part of signed events: all of them in the order of the tree where there is no filter, else in the order of time. */
async function* signedPieces(ctx: ActionCtx, { exportId, place, view }: Part): Pieces {
  const whole = isWhole(view);
  let { cursor } = place;
  let isDone = false;
  const filtered: NextPage = async (progress) => {
    if (isDone) return null;
    const page = await ctx.runQuery(internal.exports.signedLines, { exportId, cursor, progress });
    ({ cursor, done: isDone } = page);
    return page.lines;
  };
  if (place.part === 1) await settle(ctx);
  const filter = whole ? null : (JSON.parse(canonicalJson(view as Canonical)) as Canonical);
  const of = { whole, filter, part: place.part, previous: place.previous, from: place.from };
  const pieces = exportPart(ctx, of, whole ? wholePages(ctx, place.from) : filtered);
  for (;;) {
    const { value, done } = await pieces.next();
    if (done) {
      const next = {
        part: place.part + 1,
        cursor,
        rows: place.rows + value.events,
        previous: value.hash,
        from: value.to,
      };
      await ctx.runMutation(internal.exports.made, { exportId, last: place, next, done: value.last });
      return;
    }
    yield value;
  }
}

/** A part of plain lines: CSV with its head in the first part, or requests as JSON lines. */
async function* plainPieces(ctx: ActionCtx, part: Part): Pieces {
  const { exportId, place, view, format } = part;
  const encoder = new TextEncoder();
  const inTree = await isFromTree(ctx, part);
  let { cursor, rows, from } = place;
  let [bytes, done] = [0, false];
  if (place.part === 1) yield encoder.encode(format === "csv" ? csvHead(view.of) : headLine(view));
  while (bytes < PART_BYTES && !done) {
    const page: PlainPage = inTree
      ? { cursor, ...(await ctx.runQuery(internal.auditExport.csv, { exportId, from })) }
      : { from, ...(await ctx.runQuery(internal.exports.plainLines, { exportId, cursor })) };
    ({ cursor, from, done } = page);
    rows += page.rows;
    const piece = encoder.encode(page.text);
    bytes += piece.length;
    yield piece;
  }
  if (done && format === "jsonl") yield encoder.encode(`${JSON.stringify({ kind: "end", rows })}\n`);
  const next = { ...place, part: place.part + 1, cursor, rows, from };
  await ctx.runMutation(internal.exports.made, { exportId, last: place, next, done });
}

type PlainPage = Pick<ExportPlace, "cursor" | "from" | "rows"> & { text: string; done: boolean };

/**
 * Whether all events are read in the order of the tree, which costs far less than one by one. The first part decides; in later ones
 * only the other way has a cursor.
 */
async function isFromTree(ctx: ActionCtx, { exportId, place, view }: Part): Promise<boolean> {
  if (view.of !== "events" || !isWhole(view)) return false;
  if (place.part > 1) return place.cursor === null;
  await settle(ctx);
  return await ctx.runQuery(internal.auditExport.isInTree, { exportId });
}

/** The first line of requests as JSON lines: what they were filtered by. They are not signed; events are. */
function headLine(view: HistoryView): string {
  return `${canonicalJson({ kind: "requests", version: 1, filter: view.filter as Canonical })}\n`;
}

/** The pieces as a body: each is made when the one before was taken. A reader that leaves ends the making. */
function streamOf(first: IteratorResult<Uint8Array<ArrayBuffer>, void>, pieces: Pieces): ReadableStream<Uint8Array> {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  void pump(first, pieces, writable.getWriter());
  return readable;
}

async function pump(
  first: IteratorResult<Uint8Array<ArrayBuffer>, void>,
  pieces: Pieces,
  writer: WritableStreamDefaultWriter<Uint8Array>,
): Promise<void> {
  try {
    for (let piece = first; !piece.done; piece = await pieces.next()) await writer.write(piece.value);
    await writer.close();
  } catch (error) {
    // Whoever downloads sees that the part broke off, and asks for it again.
    await pieces.return();
    await writer.abort(error).catch(() => {});
  }
}
