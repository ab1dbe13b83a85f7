import { describe, expect, it } from "vitest";
import { readInboxSearch } from "@/lib/inbox-search";
import { isListed } from "./listed";

const NOW = 1_000;
const mine = { asksMe: true, snoozedUntil: null };
const others = { asksMe: false, snoozedUntil: null };
const putOff = { asksMe: true, snoozedUntil: NOW + 1 };

describe("isListed", () => {
  it.each([
    ["mine in my open queue", mine, "open", "me", true],
    ["others' not in my open queue", others, "open", "me", false],
    ["others' in everybody's", others, "open", "all", true],
    ["put off not in the open queue", putOff, "open", "me", false],
    ["put off in the snoozed one", putOff, "snoozed", "me", true],
    ["not put off not in the snoozed one", mine, "snoozed", "me", false],
    ["a snooze that is over counts no more", { asksMe: true, snoozedUntil: NOW }, "open", "me", true],
    ["done tasks whatever was put off", putOff, "done", "me", true],
    ["done tasks of others only in everybody's", others, "done", "me", false],
  ] as const)("%s", (_, task, queue, whose, listed) => {
    expect(isListed(task, { queue, whose }, NOW)).toBe(listed);
  });
});

describe("readInboxSearch", () => {
  it.each([
    [{}, {}],
    [{ queue: "open", for: "me" }, {}],
    [
      { queue: "snoozed", for: "all" },
      { queue: "snoozed", for: "all" },
    ],
    [{ queue: "done", other: 1 }, { queue: "done" }],
    [{ queue: ["done"], for: 7 }, {}],
  ])("%j is %j", (search, read) => {
    expect(readInboxSearch(search)).toEqual(read);
  });
});
