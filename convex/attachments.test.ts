// @vitest-environment node
// Files of requests. Rules A1 to A8 in shared/attachments/README.md.

import { expect, it, vi } from "vitest";
import { api, internal } from "./_generated/api";
import type { Id } from "./_generated/dataModel";
import { ATTACHMENT_BYTES_MAX, type Attachment, ATTACHMENTS_MAX } from "./shared/attachments/attachments";
import { asked, send, sent } from "./testing/attachments.helper";
import { DANA, type Desk, latestEvents, pageOf, quietWithFakeTimers, refusal, seat, type Seat, settle, submitted } from "./testing/desk.helper";
import { cast } from "./testing/review.helper";

quietWithFakeTimers();

const CONTENT = "Order FH-20418\nPaid twice.";
/** `printf 'Order FH-20418\nPaid twice.' | sha256sum` */
const DIGEST = "86a060df36ee5c7f2176492886dbf65e3e1a3724338bab60707388714a7624ae";

const files = (desk: Desk) => desk.run((ctx) => ctx.db.query("attachments").collect());
const stored = (desk: Desk) => desk.run((ctx) => ctx.db.system.query("_storage").collect());
const submission = { playbook: "customerReply", input: DANA, submissionKey: "key" };
const submit = (who: Seat, attachments: Id<"attachments">[]) => who.mutation(api.requests.submit, { ...submission, attachments });

it("A1: a requester's file is kept with its name, size and digest", async () => {
  const { desk, requester } = await cast();
  const response = await send(requester, "receipt.txt", CONTENT);
  expect(response.status).toBe(201);
  expect(response.headers.get("cache-control")).toBe("no-store");
  expect(await response.json()).toEqual({ attachmentId: expect.any(String), name: "receipt.txt", size: CONTENT.length, digest: DIGEST });
  expect(await files(desk)).toMatchObject([{ personId: requester.id, name: "receipt.txt", digest: DIGEST }]);
});

it.each([
  ["nothing in it", "", "attachmentEmpty"],
  ["more than 10 MiB", new Uint8Array(ATTACHMENT_BYTES_MAX + 1), "attachmentTooLarge"],
  ["more than anybody waits for", new Uint8Array(2 * ATTACHMENT_BYTES_MAX + 1), "attachmentTooLarge"],
] as const)("A1: a file with %s is refused in words, and nothing is left of it", async (_, body, code) => {
  const { desk, requester } = await cast();
  const response = await send(requester, "file.bin", body);
  expect(response.status).toBe(409);
  expect(await response.json()).toMatchObject({ code, message: expect.stringContaining("was not attached") });
  expect([await files(desk), await stored(desk)]).toEqual([[], []]);
});

it("A1: nobody but a requester sends files, and nobody sends very many at once", async () => {
  const { desk, requester, priya } = await cast();
  expect((await send(desk, "file.txt", CONTENT)).status).toBe(401);
  expect((await send(priya, "file.txt", CONTENT)).status).toBe(403);
  expect(await stored(desk)).toEqual([]);
  for (let i = 0; i < 40; i += 1) await requester.mutation(internal.attachments.countFile, {});
  const response = await send(requester, "file.txt", CONTENT);
  expect(response.status).toBe(429);
  expect(await response.json()).toMatchObject({ code: "tooManyTries", message: expect.stringContaining("Wait") });
});

it("A2, A6: a request has the files that were submitted with it, and the history their digests", async () => {
  const { desk, requester, helen } = await cast();
  const ids = [await sent(requester, "receipt.txt", CONTENT), await sent(requester, "two.txt", "2")];
  const requestId = await submitted(desk, requester, DANA, { attachments: [...ids, ids[0]!] });
  const page = await pageOf(requester, requestId);
  expect(page.request.attachments).toMatchObject([
    { attachmentId: ids[0], name: "receipt.txt", size: CONTENT.length, digest: DIGEST },
    { attachmentId: ids[1], name: "two.txt", size: 1 },
  ]);
  const events = await latestEvents(helen);
  expect(events.map(({ text }) => text)).toContain("submitted the request with 2 files");
  const event = await desk.run(async (ctx) => (await ctx.db.query("auditEvents").collect()).find((row) => row.event.kind === "submitted"));
  expect(event?.event).toMatchObject({ files: [DIGEST, page.request.attachments[1]?.digest] });
});

it("A2: submitted again under the same key, a request has to name the same files", async () => {
  const { desk, requester } = await cast();
  const [one, two] = [await sent(requester, "one.txt", "1"), await sent(requester, "two.txt", "2")];
  const { requestId } = await submit(requester, [one]);
  expect(await submit(requester, [one])).toEqual({ requestId });
  expect(await refusal(submit(requester, []))).toMatchObject({ code: "submissionKeyReused" });
  expect(await refusal(submit(requester, [one, two]))).toMatchObject({ code: "attachmentGone" });
  expect(await desk.run((ctx) => ctx.db.query("requests").collect())).toHaveLength(1);
});

it("A2: a request takes no file of somebody else, of another request, or too many, and then nothing is submitted", async () => {
  const { desk, requester } = await cast();
  const other = await seat(desk, "requester", 1);
  const [theirs, taken] = [await sent(other, "theirs.txt", CONTENT), await sent(requester, "taken.txt", CONTENT)];
  await submitted(desk, requester, DANA, { attachments: [taken] });
  const before = await files(desk);
  for (const id of [theirs, taken]) expect(await refusal(submit(requester, [id]))).toMatchObject({ code: "attachmentGone" });
  const many: Id<"attachments">[] = [];
  for (let i = 0; i <= ATTACHMENTS_MAX; i += 1) many.push(await sent(requester, `${i}.txt`, `${i}`));
  expect(await refusal(submit(requester, many))).toMatchObject({ code: "attachmentsTooMany" });
  expect((await files(desk)).slice(0, before.length)).toEqual(before);
  expect(await desk.run((ctx) => ctx.db.query("requests").collect())).toHaveLength(1);
});

it("A4, A5: who may see the request gets the file as a download; others, and anybody before it is submitted, get nothing", async () => {
  const { desk, requester, priya, samira } = await cast();
  const other = await seat(desk, "requester", 1);
  const id = await sent(requester, "Rechnung – 2026 (1).pdf", CONTENT);
  for (const who of [requester, samira]) expect((await asked(who, id)).status).toBe(404);
  await submitted(desk, requester, DANA, { attachments: [id] });
  for (const who of [requester, priya, samira]) {
    const response = await asked(who, id);
    expect(response.status).toBe(200);
    expect(await response.text()).toBe(CONTENT);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "application/octet-stream",
      "content-disposition": "attachment; filename*=UTF-8''Rechnung%20%E2%80%93%202026%20%281%29.pdf",
      "content-security-policy": "sandbox; default-src 'none'",
      "x-content-type-options": "nosniff",
      "cache-control": "no-store",
    });
  }
  expect([(await asked(desk, id)).status, (await asked(other, id)).status, (await asked(requester, "nonsense")).status]).toEqual([401, 404, 404]);
});

it("A7: a file that no request took within a day is removed, others stay", async () => {
  const { desk, requester } = await cast();
  const taken = await sent(requester, "taken.txt", CONTENT);
  await submitted(desk, requester, DANA, { attachments: [taken] });
  await sent(requester, "old.txt", CONTENT);
  vi.setSystemTime(Date.now() + 25 * 3_600_000);
  await sent(requester, "new.txt", CONTENT);
  await desk.mutation(internal.attachments.dropOld, {});
  expect((await files(desk)).map(({ name }) => name)).toEqual(["taken.txt", "new.txt"]);
  expect(await stored(desk)).toHaveLength(2);
});

it("A8: erasing somebody removes the files of their requests; the history still names them", async () => {
  const { desk, requester, samira } = await cast();
  const id = await sent(requester, "receipt.txt", CONTENT);
  const requestId = await submitted(desk, requester, DANA, { attachments: [id] });
  await requester.mutation(api.requests.withdraw, { requestId });
  await samira.mutation(api.people.remove, { personId: requester.id });
  await samira.mutation(api.privacy.erase, { confirm: "erase", subject: { kind: "person", personId: requester.id } });
  await settle(desk);
  expect([await files(desk), await stored(desk)]).toEqual([[], []]);
  expect((await asked(samira, id)).status).toBe(404);
  expect((await pageOf(samira, requestId)).request).toMatchObject({ attachments: [], erasedAt: expect.any(Number) });
  expect((await latestEvents(samira)).map(({ text }) => text)).toContain("submitted the request with a file");
});

it("A1: a file counts as nothing of a request until it is submitted", async () => {
  const { desk, requester } = await cast();
  const attachment = (await (await send(requester, "receipt.txt", CONTENT)).json()) as Attachment;
  const requestId = await submitted(desk, requester);
  expect((await pageOf(requester, requestId)).request.attachments).toEqual([]);
  expect((await asked(requester, attachment.attachmentId)).status).toBe(404);
});
