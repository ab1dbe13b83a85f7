import { office } from "../time/time.helper";
import { factsOf, type Facts, fieldsOfAction, REQUEST_FIELDS, type Subject } from "./fields";
import type { Surroundings } from "./check";
import type { Directory } from "./quorum";
import type { Comparison, Policy, Rule, Stage } from "./types";
import { vCustomerReply } from "../actions";

export const CALENDAR = office("Europe/Berlin");

export const NOW = Date.UTC(2027, 0, 4, 9);
export const FIELDS = [...REQUEST_FIELDS, ...fieldsOfAction(vCustomerReply)];

/** Five people: ana, bo and cy are in "support", cy and dee in "legal"; eve is an admin. */
export const DIRECTORY: Directory = {
  people: new Set(["ana", "bo", "cy", "dee", "eve"]),
  groups: new Map([
    ["support", ["ana", "bo", "cy"]],
    ["legal", ["cy", "dee"]],
    ["empty", []],
  ]),
  roles: new Map([
    ["reviewer", ["ana", "bo", "cy", "dee"]],
    ["admin", ["eve"]],
  ]),
};

export const AROUND: Surroundings = {
  directory: DIRECTORY,
  nameOf: (who) => {
    if (who.kind === "person")
      return DIRECTORY.people.has(who.personId) || who.personId === "gone" ? who.personId : null;
    return who.kind === "group" ? (DIRECTORY.groups.has(who.groupId) ? who.groupId : null) : who.role;
  },
  fields: FIELDS,
  now: NOW,
};

/** A stage of the support group that one approval ends. */
export function stage(change: Partial<Stage> = {}): Stage {
  return {
    key: "first",
    name: "Support",
    candidates: [{ kind: "group", groupId: "support" }],
    quorum: { kind: "count", count: 1 },
    rejections: 1,
    fourEyes: { requester: true, editor: true, oncePerRequest: false },
    deadline: { kind: "elapsed", minutes: 240 },
    atDeadline: "reject",
    escalateTo: null,
    reminders: [],
    ladder: [],
    ...change,
  };
}

/** A policy of that one stage. */
export function policy(change: Partial<Policy> = {}): Policy {
  return {
    name: "Replies",
    calendar: CALENDAR,
    stages: [stage()],
    rules: [],
    otherwise: ["first"],
    approvalValid: { kind: "elapsed", minutes: 1440 },
    ...change,
  };
}

/** A rule of one comparison. */
export function rule(comparison: Comparison, change: Partial<Rule> = {}): Rule {
  return {
    id: "r1",
    name: "Rule",
    when: [{ anyOf: [comparison] }],
    leadsTo: { kind: "review", stages: ["first"] },
    ...change,
  };
}

/** The facts of a refund of $49.50 that ana asks for. */
export function facts(change: Partial<Subject> = {}): Facts {
  return factsOf({
    risk: { score: 40, level: "medium", reasons: [] },
    category: "refund",
    requester: { id: "ana", groupIds: ["support"], roles: ["requester", "reviewer"] },
    action: {
      to: "mei@example.org",
      subject: "Your return",
      body: "Of course.",
      resolution: "refund",
      refundAmountCents: 4950,
    },
    ...change,
  });
}
