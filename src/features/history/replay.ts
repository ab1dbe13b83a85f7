import type { api } from "@convex/_generated/api";
import type { FunctionReturnType } from "convex/server";

/** Everything a replay shows; `steps` are the request's events, oldest first. */
export type Replay = NonNullable<FunctionReturnType<typeof api.history.replay>>;
export type ReplayStep = Replay["steps"][number];
export type ReplayDraft = Replay["drafts"][number];
type Event = ReplayStep["event"];

/** A stage that was opened, as it stood after a step. */
export type StageStood = { name: string; standing: "open" | "passed" | "handed over" | "over"; since: number };
/** A vote, as it stood after a step. */
export type VoteStood = { by: string; event: Event & { kind: "voted" }; at: number; undone: boolean };

/** A request as it stood after one of its steps. */
export type Stood = {
  /** The revision that was in question; null before the first draft. */
  revision: number | null;
  stages: StageStood[];
  votes: VoteStood[];
  comments: { by: string; text: string; at: number }[];
  /** Where the request was, as a short sentence. */
  sentence: string;
};

const BEGIN: Stood = { revision: null, stages: [], votes: [], comments: [], sentence: "Not submitted yet" };

/** The request after step `index` (0 is the submission): what its events up to then say, and nothing that came later. */
export function stoodAt(steps: readonly ReplayStep[], index: number): Stood {
  return steps.slice(0, index + 1).reduce((stood, step, i) => after(stood, step, steps.slice(0, i)), BEGIN);
}

function after(stood: Stood, step: ReplayStep, before: readonly ReplayStep[]): Stood {
  const { event, at } = step;
  const by = step.actor.name;
  switch (event.kind) {
    case "submitted":
      return { ...stood, sentence: "Being drafted" };
    case "drafted":
    case "questioned":
      return {
        ...stood,
        revision: event.revision,
        votes: [],
        stages: [],
        sentence: `Draft ${event.revision} is about to be reviewed`,
      };
    case "autoApproved":
      return {
        ...ended(stood),
        revision: event.revision,
        sentence: `Approved by the rule “${event.rule}”, without a person`,
      };
    case "taskOpened": {
      const stages = [...stood.stages, { name: event.stage, standing: "open" as const, since: at }];
      return { ...stood, revision: event.revision, stages, sentence: `Waits for “${event.stage}”` };
    }
    case "voted":
      return { ...stood, votes: [...stood.votes, { by, event, at, undone: false }] };
    case "edited":
      return {
        ...stood,
        revision: event.revision,
        votes: [],
        sentence: `Waits with draft ${event.revision}, edited by ${by}`,
      };
    case "stagePassed":
      return { ...stood, stages: marked(stood.stages, event.stage, "passed"), sentence: `“${event.stage}” passed` };
    case "escalated":
      return {
        ...stood,
        stages: marked(stood.stages, event.stage, "handed over"),
        sentence: `Handed over to “${event.to}”`,
      };
    case "decided":
      return { ...ended(stood), sentence: DECIDED[event.outcome] };
    case "expired":
      return { ...ended(stood), sentence: "Rejected by the deadline" };
    case "undone":
      return undone(stood, step, before);
    case "commented":
      return { ...stood, comments: [...stood.comments, { by, text: event.text, at }] };
    case "revoked":
      return { ...stood, sentence: "Its approval was revoked" };
    case "held":
      return { ...stood, sentence: "Approved, and held back by the brake" };
    case "roundsEnded":
      return { ...stood, sentence: "Rejected: the rounds of changes ran out" };
    case "performing":
      return { ...stood, sentence: `Being performed through the ${event.connector}` };
    case "performed":
      return { ...stood, sentence: "Performed" };
    case "failed":
      return { ...stood, sentence: "Stopped with an error" };
    case "retried":
      return { ...stood, sentence: "Started again" };
    case "withdrawn":
      return { ...ended(stood), sentence: "Withdrawn" };
    case "canceled":
      return { ...ended(stood), sentence: "Canceled" };
    default:
      // What else happens to a request changes nothing of how it stands: sorting, reminders, delegations.
      return stood;
  }
}

const DECIDED = {
  approved: "Approved, and can still be undone",
  rejected: "Rejected, and can still be undone",
  changesRequested: "Sent back to the agent, and can still be undone",
} as const;

/** The stages as they are once nobody is asked any more. */
function ended(stood: Stood): Stood {
  const stages = stood.stages.map((stage) =>
    stage.standing === "open" ? { ...stage, standing: "over" as const } : stage,
  );
  return { ...stood, stages };
}

function marked(stages: readonly StageStood[], name: string, standing: StageStood["standing"]): StageStood[] {
  const last = stages.findLastIndex((stage) => stage.name === name && stage.standing === "open");
  return stages.map((stage, i) => (i === last ? { ...stage, standing } : stage));
}

/** An undo takes the last vote back and, where the same click had edited the draft, the edit with it. */
function undone(stood: Stood, step: ReplayStep, before: readonly ReplayStep[]): Stood {
  const last = stood.votes.findLastIndex(({ by, undone }) => by === step.actor.name && !undone);
  const votes = stood.votes.map((vote, i) => (i === last ? { ...vote, undone: true } : vote));
  const decided = before.findLast(({ kind }) => kind === "decided");
  const edit = before.findLast(({ kind, at }) => kind === "edited" && at === decided?.at);
  const open = stood.stages.findLastIndex(({ standing }) => standing === "over");
  const stages = stood.stages.map((stage, i) => (i === open ? { ...stage, standing: "open" as const } : stage));
  const revision = edit === undefined ? stood.revision : revisionBefore(before, edit);
  return { ...stood, votes, stages, revision, sentence: "The decision was taken back: it waits again" };
}

/** The revision that stood before an edit. */
function revisionBefore(steps: readonly ReplayStep[], edit: ReplayStep): number | null {
  const until = steps.slice(0, steps.indexOf(edit));
  const made = until.findLast(
    ({ event }) => event.kind === "drafted" || event.kind === "questioned" || event.kind === "edited",
  );
  return made !== undefined && "revision" in made.event ? made.event.revision : null;
}

/** What a decider's screen reported to have shown, where the event tells: the digest, and since when (ms since 1970). */
export function shownOf(event: Event): { digest: string; at: number } | null {
  return event.kind === "voted" || event.kind === "edited" ? (event.shown ?? null) : null;
}

/** The digest an event names, or null. */
export function digestIn(event: Event): string | null {
  return "digest" in event ? (event.digest ?? null) : null;
}
