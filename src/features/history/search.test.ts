import { describe, expect, it } from "vitest";
import { filtersSet, readHistorySearch, searchOf, viewOf } from "./search";

describe("the address of the history", () => {
  it("is read, and what it does not know is left out", () => {
    const read = readHistorySearch({
      of: "requests",
      text: 20418,
      outcome: "expired",
      kind: "nothing",
      from: "2026-02-30x",
      version: 2.5,
      more: 1,
    });
    expect(read).toEqual({ of: "requests", text: "20418", outcome: "expired" });
    expect(readHistorySearch({ of: "other", text: " ", version: 2, from: "2026-11-02" })).toEqual({
      version: 2,
      from: "2026-11-02",
    });
  });

  it("asks for a list with the members it has: days as moments, both days included, a version within a playbook only", () => {
    const view = viewOf({ from: "2026-11-02", to: "2026-11-03", kind: "voted", outcome: "expired", version: 2 });
    expect(view).toEqual({
      of: "events",
      filter: { since: new Date(2026, 10, 2).getTime(), until: new Date(2026, 10, 4).getTime(), kind: "voted" },
    });
    expect(viewOf({ of: "requests", outcome: "expired", kind: "voted", playbook: "refund", version: 2 })).toEqual({
      of: "requests",
      filter: { outcome: "expired", playbook: "refund", version: 2 },
    });
  });

  it("of a view asks for that view again", () => {
    const search = { of: "requests", from: "2026-03-28", to: "2026-03-29", text: "card", requester: "p1" } as const;
    expect(searchOf(viewOf(search))).toEqual(search);
    expect(searchOf({ of: "events", filter: {} })).toEqual({});
  });

  it("counts the filters that are set", () => {
    expect(filtersSet({ of: "requests", text: "card", kind: "voted", from: "2026-03-28" })).toBe(2);
  });
});
