import type { Input, Triage } from "../../shared/records";
import type { Sorted } from "./classify";
import type { ToolAnswer } from "./knowledge";

/** What the desk's prompt tells the template model, and what tools answered since. */
export type Situation = {
  input: Input;
  triage: Triage | null;
  feedback: string[];
  /** What reviewers answered to its questions, oldest first. */
  told: string[];
  answers: ToolAnswer[];
};

/** What the template model says next: a note, and the tools it calls with it. */
export type Turn = { text: string; calls: { tool: string; input: unknown }[] };

/** A playbook's part of the template model: how it sorts an input, and what it does next in a situation. */
export type OfflineSide = { sort: (input: Input) => Sorted; draft: (situation: Situation) => Turn };
