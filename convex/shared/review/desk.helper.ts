// A review that the tests drive by hand, and the stages and people they use.

import type { Directory } from "../policy/quorum";
import { stage } from "../policy/policy.helper";
import type { Quorum, Stage } from "../policy/types";
import type { Role } from "../roles";
import { office } from "../time/time.helper";
import type { Around, ReviewEntry, ReviewEvent, Stepped } from "./events";
import type { Open, Review } from "./state";
import { type Asked, begin, step } from "./step";

export const NINE = Date.UTC(2027, 2, 1, 9);
export const SECOND = 1_000;
export const HOUR = 3_600 * SECOND;
export const UNDO_MS = 10 * SECOND;

const one: Quorum = { kind: "count", count: 1 };
export const two: Quorum = { kind: "count", count: 2 };
export const person = (personId: string) => ({ kind: "person", personId }) as const;

/** Ann and Ben within an hour, one of them, under four eyes; who does not decide has rejected. */
export function stageOf(change: Partial<Stage> = {}): Stage {
  return stage({
    name: "First",
    candidates: [person("ann"), person("ben")],
    quorum: one,
    deadline: { kind: "elapsed", minutes: 60 },
    ...change,
  });
}

export const second = stageOf({ key: "second", name: "Second", candidates: [person("cleo")] });
export const OPEN_EYES = { requester: false, editor: false, oncePerRequest: false };

export type World = { gone?: string[]; away?: Record<string, string | null>; admins?: string[]; undoMs?: number };

export function aroundAt(
  now: number,
  { gone = [], away = {}, admins = ["boss"], undoMs = UNDO_MS }: World = {},
): Around {
  const here = (ids: string[]) => ids.filter((id) => !gone.includes(id));
  const directory: Directory = {
    people: new Set(here(["rita", "ann", "ben", "cleo", "dan", "boss"])),
    groups: new Map([
      ["legal", here(["ann"])],
      ["press", here(["ben", "cleo"])],
    ]),
    roles: new Map<Role, string[]>([["admin", here(admins)]]),
  };
  const actorFor = (id: string) => (id in away ? (away[id] ?? null) : id);
  return { now, directory, undoMs, calendar: office("UTC"), actorFor };
}

/** A review that is driven by hand: each event comes a second after the one before. */
export class Desk {
  state: Review;
  effects: Stepped["effects"];
  world: World = {};
  now = NINE;

  constructor(plan: Stage[], stages: Stage[] = plan, world: World = {}) {
    const asked: Asked = { requesterId: "rita", revision: 1, digest: "d1", plan, stages };
    this.world = world;
    ({ state: this.state, effects: this.effects } = begin(asked, aroundAt(NINE, world)));
  }

  get open(): Open {
    if (this.state.kind !== "open") throw new Error(`The review is ${this.state.kind}.`);
    return this.state;
  }

  /** The outcome as "approved by ann"; what made it where nobody did. */
  get outcome(): string | null {
    if (this.state.kind === "open") return null;
    const { kind, by } = this.state.outcome;
    return `${kind} by ${by.kind === "person" ? by.personId : by.kind}`;
  }

  get entries(): ReviewEntry[] {
    return this.effects.flatMap((effect) => (effect.kind === "audit" ? [effect.entry] : []));
  }

  get told(): string[] {
    return this.effects.flatMap((effect) => (effect.kind === "tell" ? [effect.outcome.kind] : []));
  }

  /** Does an event; answers the conflict's code, or null. */
  does(event: ReviewEvent, afterMs = SECOND): string | null {
    this.now += afterMs;
    const result = step(this.state, event, aroundAt(this.now, this.world));
    if ("conflict" in result) return result.conflict;
    this.state = result.state;
    this.effects = result.effects;
    return null;
  }

  seen(): { task: number; seen: { revision: number; digest: string } } {
    const { revision, digest } = this.state.round;
    return {
      task: this.state.kind === "open" ? this.state.task.number : this.state.round.closed.length,
      seen: { revision, digest },
    };
  }

  approve(personId: string, change: Partial<Extract<ReviewEvent, { kind: "vote" }>> = {}): string | null {
    return this.does({ kind: "vote", personId, ...this.seen(), verdict: { kind: "approve" }, ...change });
  }

  reject(personId: string, reason = "Too long."): string | null {
    return this.approve(personId, { verdict: { kind: "reject", reason } });
  }

  sendBack(personId: string): string | null {
    return this.approve(personId, { verdict: { kind: "requestChanges", feedback: "Shorter." } });
  }

  edit(personId: string, plan: Stage[], digest = "d2"): string | null {
    const revision = this.state.round.revision + 1;
    return this.does({ kind: "edit", personId, ...this.seen(), to: { revision, digest }, plan });
  }

  undo(personId: string, afterMs = SECOND): string | null {
    return this.does({ kind: "undo", personId }, afterMs);
  }

  delegate(personId: string, toId: string): string | null {
    return this.does({ kind: "delegate", personId, task: this.open.task.number, toId });
  }

  escalate(personId: string): string | null {
    return this.does({ kind: "escalate", personId, task: this.open.task.number, reason: "Not mine." });
  }

  climb(rung: number, afterMs = SECOND): string | null {
    return this.does({ kind: "climb", task: this.open.task.number, step: rung }, afterMs);
  }

  withdraw(personId = "rita"): string | null {
    return this.does({ kind: "withdraw", personId });
  }

  revoke(personId: string, performing = false): string | null {
    return this.does({ kind: "revoke", personId, reason: "Wrong price.", performing });
  }

  changePeople(world: World): string | null {
    this.world = world;
    return this.does({ kind: "peopleChanged" });
  }

  expire(afterMs = HOUR): string | null {
    return this.does({ kind: "expire" }, afterMs);
  }

  release(): string | null {
    return this.does({ kind: "release" }, UNDO_MS);
  }
}

export const deskOf = (change: Partial<Stage> = {}, world: World = {}) => new Desk([stageOf(change)], undefined, world);
