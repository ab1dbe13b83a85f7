// @vitest-environment node
// Exports of the history as their downloads come: content, rights, parts. The route is called as a program calls it.

import { describe, expect, it, vi } from "vitest";
import { api, internal } from "./_generated/api";
import type { MutationCtx } from "./_generated/server";
import { wordsOf } from "./model/audit";
import { gatherBlock } from "./model/auditBlocks";
import { eraseWords } from "./model/eraseWords";
import { isInTree } from "./model/treeCsv";
import { wordsOfMany } from "./model/wordsOfMany";
import { EXPORT_PATH, type ExportFormat } from "./shared/history/exporting";
import type { HistoryView } from "./shared/history/filter";
import { check, checkpointAll, withKey } from "./testing/audit.helper";
import { type Desk, latestEvents, quietWithFakeTimers, type Seat } from "./testing/desk.helper";
import { cast, policy, reviewing, stage } from "./testing/review.helper";

quietWithFakeTimers();

/** A request of the route by somebody. */
async function fetched(desk: Desk, who: Seat | null, query: string): Promise<Response> {
  return await (who ?? desk).fetch(`${EXPORT_PATH}?${query}`);
}

/** Every part of an export, as the dashboard fetches them. */
async function downloaded(desk: Desk, who: Seat, view: HistoryView, format: ExportFormat): Promise<string[]> {
  const { exportId } = await who.mutation(api.exports.begin, { view, format });
  const parts: string[] = [];
  for (;;) {
    const response = await fetched(desk, who, `export=${exportId}&part=${parts.length + 1}`);
    expect(response.status).toBe(200);
    parts.push(await response.text());
    const state = await who.query(api.exports.get, { exportId });
    if (state?.done !== false) return parts;
  }
}

/** Cells of CSV without line breaks in them. */
const cellsOf = (csv: string) =>
  csv
    .trimEnd()
    .split("\r\n")
    .map((line) => line.split(","));

const EVENTS = { of: "events", filter: {} } as const;

describe("CSV", () => {
  it("of events has a head and a line for each event there was when it began, oldest first", async () => {
    const on = await reviewing(policy([stage()]));
    const [csv = ""] = await downloaded(on.desk, on.helen, EVENTS, "csv");
    const [head, ...lines] = cellsOf(csv);
    expect(head?.slice(0, 5)).toEqual(["at", "actor", "actor_kind", "kind", "text"]);
    const events = await on.desk.run((ctx) => ctx.db.query("auditEvents").collect());
    expect(lines.map((cells) => cells.at(-1))).toEqual(events.slice(0, -1).map(({ hash }) => hash));
    expect(events.at(-1)?.event.kind).toBe("exported");
    expect(lines.filter((cells) => cells[2] === "agent").map((cells) => [cells[3], cells[1]])).toEqual([
      ["triaged", "Triage"],
      ["drafted", "Drafting"],
    ]);
    expect(lines.find((cells) => cells[3] === "submitted")?.[1]).toBe(on.requester.name);
  });

  it("of a filter has what the screen lists, and no spreadsheet calculates what somebody wrote", async () => {
    const on = await reviewing(policy([stage()]));
    const text = '=HYPERLINK("https://example.com","Click")\nand a second line';
    await on.priya.mutation(api.decisions.comment, { requestId: on.requestId, text });
    await on.helen.mutation(api.decisions.comment, { requestId: on.requestId, text: "=1+1" });
    const view = { of: "events", filter: { kind: "commented", person: on.priya.id as string } } as const;
    const [csv = ""] = await downloaded(on.desk, on.helen, view, "csv");
    expect(csv).toContain('"commented: =HYPERLINK(""https://example.com"",""Click"")\nand a second line"');
    expect(csv).not.toContain("=1+1");
    const renamed = { name: "=1+1" };
    await on.desk.run((ctx) => ctx.db.patch("people", on.priya.id, renamed));
    const [again = ""] = await downloaded(on.desk, on.helen, view, "csv");
    expect(again).toContain(",'=1+1,person,commented,");
  });

  it("of requests has each with where it stands", async () => {
    const on = await reviewing(policy([stage()]));
    await on.priya.mutation(api.decisions.decide, { ...on.task, verdict: { kind: "reject", reason: "Not ours" } });
    await vi.advanceTimersByTimeAsync(1_000);
    const [csv = ""] = await downloaded(on.desk, on.helen, { of: "requests", filter: { outcome: "rejected" } }, "csv");
    expect(cellsOf(csv)).toHaveLength(2);
    expect(csv).toContain(`${on.requestId},customerReply,`);
    expect(csv).toMatch(new RegExp(`,rejected,[^,]+,${on.priya.name},Not ours,\\r\\n$`));
  });

  it("of a search has the matches only", async () => {
    const on = await reviewing(policy([stage()]));
    await on.priya.mutation(api.decisions.comment, { requestId: on.requestId, text: "Ask Aurelia about this" });
    const [csv = ""] = await downloaded(on.desk, on.helen, { of: "events", filter: { text: "aurelia" } }, "csv");
    // The export's own beginning says what was searched for, which is a match where a search finds words between quotes.
    const kinds = cellsOf(csv).map((cells) => cells[3]);
    expect(kinds.filter((kind) => kind !== "exportBegun")).toEqual(["kind", "commented"]);
  });
});

describe("CSV of all events", () => {
  /** Events in the tree and waiting ones, some of them without their words, and the lines that the other way gives. */
  async function lived() {
    await withKey();
    const on = await reviewing(policy([stage()]));
    await on.priya.mutation(api.decisions.comment, { requestId: on.requestId, text: 'One, "two"\nthree' });
    const told = await on.desk.run((ctx) => ctx.db.query("auditWords").collect());
    await on.desk.run((ctx) =>
      eraseWords(
        ctx as MutationCtx,
        told.slice(0, 1).map(({ eventId }) => eventId),
      ),
    );
    await vi.advanceTimersByTimeAsync(3_000);
    await checkpointAll(on.desk);
    while ((await on.desk.run((ctx) => gatherBlock(ctx as MutationCtx, 4))).more);
    await on.priya.mutation(api.decisions.comment, { requestId: on.requestId, text: "=4" });
    return on;
  }
  const linesOf = (csv: string) => csv.split("\r\n").sort();

  it("read from blocks is the same as read by event, in the order of the tree", async () => {
    const on = await lived();
    expect((await on.desk.run((ctx) => ctx.db.query("auditBlocks").collect())).length).toBeGreaterThan(1);
    const [csv = ""] = await downloaded(on.desk, on.helen, EVENTS, "csv");
    const { exportId } = await on.helen.mutation(api.exports.begin, { view: EVENTS, format: "csv" });
    const { text } = await on.desk.query(internal.exports.plainLines, { exportId, cursor: null });
    const byEvent = linesOf(text);
    // The second export has the end of the first and its own beginning besides.
    expect(
      linesOf(csv)
        .slice(0, -1)
        .every((line) => line.startsWith("at,") || byEvent.includes(line)),
    ).toBe(true);
    expect(byEvent.length).toBe(linesOf(csv).length + 1);
  });

  it("goes on with the next leaf in the next part, and is read by event where too many events wait", async () => {
    const on = await lived();
    const { exportId } = await on.helen.mutation(api.exports.begin, { view: EVENTS, format: "csv" });
    const row = await on.desk.run((ctx) => ctx.db.get("exports", exportId));
    if (row === null) throw new Error("There is no export.");
    expect(await on.desk.run((ctx) => isInTree(ctx as MutationCtx, row))).toBe(true);
    expect(await on.desk.run((ctx) => isInTree(ctx as MutationCtx, row, 1))).toBe(false);
    const page = await on.desk.query(internal.auditExport.csv, { exportId, from: 0 });
    expect(page).toMatchObject({ done: false });
    const place = { part: 1, cursor: null, rows: 0, previous: null, from: 0 };
    const next = { ...place, part: 2, rows: page.rows, from: page.from };
    await on.desk.mutation(internal.exports.made, { exportId, last: place, next, done: false });
    const second = await (await fetched(on.desk, on.helen, `export=${exportId}&part=2`)).text();
    const hashes = [...`${page.text}${second}`.matchAll(/,([0-9a-f]{64})\r\n/g)].map(([, hash]) => hash);
    const events = await on.desk.run((ctx) => ctx.db.query("auditEvents").collect());
    expect(hashes).toEqual(events.slice(0, -1).map(({ hash }) => hash));
  });
});

describe("words of many events", () => {
  it("are each event's own, whether the events are neighbours or not, and none where they were erased", async () => {
    const on = await reviewing(policy([stage()]));
    for (const text of ["one", "two", "three"]) {
      await on.priya.mutation(api.decisions.comment, { requestId: on.requestId, text });
    }
    await on.desk.run(async (plain) => {
      const ctx = plain as MutationCtx;
      const rows = await ctx.db.query("auditEvents").collect();
      const erased = rows.findLast(({ event }) => event.kind === "commented");
      if (erased === undefined) throw new Error("There is no comment.");
      const row = await wordsOf(ctx, erased._id);
      if (row !== null) await ctx.db.delete("auditWords", row._id);
      for (const areNeighbours of [true, false]) {
        for (const some of [rows, rows.filter(({ event }) => event.kind === "commented")]) {
          const words = await wordsOfMany(ctx, some, areNeighbours);
          for (const { _id } of some) expect(words.get(_id) ?? null).toEqual(await wordsOf(ctx, _id));
        }
      }
    });
  });
});

describe("JSON lines", () => {
  it("of all events are a whole, signed export that verifies", async () => {
    const { publicKey } = await withKey();
    const on = await reviewing(policy([stage()]));
    await vi.advanceTimersByTimeAsync(3_000);
    await checkpointAll(on.desk);
    const report = await check(await downloaded(on.desk, on.helen, EVENTS, "jsonl"), publicKey);
    expect(report).not.toHaveProperty("problem");
    const events = await on.desk.run((ctx) => ctx.db.query("auditEvents").collect());
    expect(report).toMatchObject({ events: events.length - 1 });
  });

  it("of a filter verify too, name the filter, and hold what it finds", async () => {
    const { publicKey } = await withKey();
    const on = await reviewing(policy([stage()]));
    await vi.advanceTimersByTimeAsync(3_000);
    await checkpointAll(on.desk);
    const parts = await downloaded(on.desk, on.helen, { of: "events", filter: { kind: "submitted" } }, "jsonl");
    const lines = parts.flatMap((part) =>
      part
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    );
    expect(lines[0]).toMatchObject({
      kind: "export",
      whole: false,
      filter: { of: "events", filter: { kind: "submitted" } },
    });
    expect(lines.filter(({ kind }) => kind === "event")).toMatchObject([{ record: { event: { kind: "submitted" } } }]);
    expect(await check(parts, publicKey)).toMatchObject({ events: 1 });
  });

  it("of requests say what they were filtered by and how many they are", async () => {
    const on = await reviewing(policy([stage()]));
    const [text = ""] = await downloaded(
      on.desk,
      on.helen,
      { of: "requests", filter: { playbook: "customerReply" } },
      "jsonl",
    );
    const lines = text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toMatchObject([
      { kind: "requests", filter: { playbook: "customerReply" } },
      { kind: "request", requestId: on.requestId, state: "inReview", requester: on.requester.name },
      { kind: "end", rows: 1 },
    ]);
  });

  it("without a signing key are refused in words, before anything is sent", async () => {
    const on = await cast();
    const { exportId } = await on.helen.mutation(api.exports.begin, { view: EVENTS, format: "jsonl" });
    const response = await fetched(on.desk, on.helen, `export=${exportId}&part=1`);
    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject({ code: "auditKeyMissing" });
  });
});

describe("an export", () => {
  it("is in the history with its filter when it begins, and with its count when it is done", async () => {
    const on = await reviewing(policy([stage()]));
    await downloaded(on.desk, on.helen, { of: "events", filter: { kind: "submitted" } }, "csv");
    const page = await latestEvents(on.helen);
    expect(page.slice(0, 2).map(({ actor, text }) => `${actor.name} ${text}`)).toEqual([
      `${on.helen.name} exported 1 row in 1 part as CSV: events with {"kind":"submitted"}`,
      `${on.helen.name} began to export events with {"kind":"submitted"} as CSV`,
    ]);
  });

  it("is its person's alone, who must still be a manager or admin", async () => {
    const on = await reviewing(policy([stage()]));
    const { exportId } = await on.helen.mutation(api.exports.begin, { view: EVENTS, format: "csv" });
    const asked = `export=${exportId}&part=1`;
    const statusFor = async (who: Seat | null) => (await fetched(on.desk, who, asked)).status;
    expect(await statusFor(null)).toBe(401);
    expect(await statusFor(on.priya)).toBe(403);
    expect(await statusFor(on.samira)).toBe(404);
    await on.desk.run((ctx) => ctx.db.patch("people", on.helen.id, { roles: ["reviewer"] }));
    expect(await statusFor(on.helen)).toBe(403);
  });

  it("makes its parts in order; the last one again where it was broken off, and nothing else", async () => {
    const on = await reviewing(policy([stage()]));
    const { exportId } = await on.helen.mutation(api.exports.begin, { view: EVENTS, format: "csv" });
    // What happens in the same millisecond belongs to it.
    vi.advanceTimersByTime(1);
    const get = (part: string) => fetched(on.desk, on.helen, `export=${exportId}&part=${part}`);
    for (const part of ["2", "0", "x", ""]) expect((await get(part)).status).toBe(404);
    const first = await (await get("1")).text();
    expect(await (await get("1")).text()).toBe(first);
    expect((await get("2")).status).toBe(404);
    expect(await on.helen.query(api.exports.get, { exportId })).toMatchObject({ parts: 1, done: true });
  });

  it("of a history that does not fit into one part goes on in the next, each event once", async () => {
    const on = await reviewing(policy([stage()]));
    const { exportId } = await on.helen.mutation(api.exports.begin, { view: EVENTS, format: "csv" });
    const place = { part: 1, cursor: null, rows: 0, previous: null, from: 0 };
    const page = await on.desk.query(internal.exports.plainLines, { exportId, cursor: null, limit: 3 });
    const next = { ...place, part: 2, cursor: page.cursor, rows: page.rows };
    await on.desk.mutation(internal.exports.made, { exportId, last: place, next, done: false });
    const second = await (await fetched(on.desk, on.helen, `export=${exportId}&part=2`)).text();
    const hashes = (page.text + second)
      .trimEnd()
      .split("\r\n")
      .map((line) => line.slice(-64));
    const events = await on.desk.run((ctx) => ctx.db.query("auditEvents").collect());
    expect(hashes).toEqual(events.slice(0, hashes.length).map(({ hash }) => hash));
    expect(hashes.length).toBe(events.length - 1);
  });
});
