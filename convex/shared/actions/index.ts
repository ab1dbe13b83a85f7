// Every action the desk knows, by the name of the playbook that proposes it, and the question that an agent may ask
// instead. A new playbook's kind of action is added here, twice: in the union that tables store, and in the table that
// both sides read.

import { v, type Infer } from "convex/values";
import { announcementShape, vAnnouncement } from "./announcement";
import { customerReplyShape, vCustomerReply } from "./customerReply";
import { type Question, questionShape, vQuestion } from "./question";
import { refundShape, vRefund } from "./refund";
import type { ActionShape, Head } from "./shape";

/** What a draft holds: an action, or a question. */
export const vAction = v.union(vCustomerReply, vRefund, vAnnouncement, vQuestion);
export type Action = Infer<typeof vAction>;

/** By playbook: how its action is stored, seen, edited and checked. */
export const ACTIONS = {
  customerReply: customerReplyShape,
  refund: refundShape,
  announcement: announcementShape,
};
export type ActionKind = keyof typeof ACTIONS;
/** What a draft can be: an action of one of the kinds, or a question, which nothing performs. */
export type DraftKind = ActionKind | "question";
const KINDS = Object.keys(ACTIONS) as ActionKind[];

/** The kind of action that a playbook proposes. Throws where the desk has no playbook of that name. */
export function kindOfPlaybook(playbook: string): ActionKind {
  const kind = KINDS.find((name) => name === playbook);
  if (kind === undefined) throw new Error(`There is no action of a playbook ${playbook.slice(0, 100)}.`);
  return kind;
}

/** The kinds of action, as functions answer them. */
export const vActionKind = v.union(...KINDS.map((kind) => v.literal(kind)));

/** Everything about the action that a playbook proposes. Throws as `kindOfPlaybook` does. */
export function shapeOf(playbook: string): ActionShape<Action> {
  return ACTIONS[kindOfPlaybook(playbook)];
}

/** Whether a draft is a question: it can be answered or rejected, never approved, edited or performed. */
export function isQuestion(action: Action): action is Question {
  return questionShape.is(action);
}

/** Which kind a stored action is, told by its fields: no two kinds have the same. */
export function kindOf(action: Action): DraftKind {
  if (isQuestion(action)) return "question";
  const kind = KINDS.find((name) => ACTIONS[name].is(action));
  if (kind === undefined) throw new Error(`An action with the fields ${Object.keys(action).join(", ")} is of no kind.`);
  return kind;
}

/** The kind of an action that was performed. Throws for a question: nothing performs one. */
export function performedKindOf(action: Action): ActionKind {
  const kind = kindOf(action);
  if (kind === "question") throw new Error("A question is never performed.");
  return kind;
}

/** Everything about a kind of draft. */
export function shapeOfKind(kind: DraftKind): ActionShape<Action> {
  return kind === "question" ? questionShape : ACTIONS[kind];
}

/** An action as a line of a list: "Refund of $64.90 for order FH-20517", "To Owen Fraser <owen@example.com>". */
export function headOf(action: Action): Head {
  return shapeOfKind(kindOf(action)).head(action);
}

/** Whether a value has exactly the types of a playbook's action: null, or what is different, as a sentence. */
export function shapeProblem(playbook: string, action: unknown): string | null {
  const shape = shapeOf(playbook);
  return shape.is(action) ? null : (shape.problems(action)[0]?.text ?? null);
}

/** The first thing wrong with a playbook's action, in its types or by its own rules, as a sentence, or null. */
export function actionProblem(playbook: string, action: unknown): string | null {
  return shapeOf(playbook).problems(action)[0]?.text ?? null;
}

export {
  checkAnnouncement,
  vAnnouncement,
  vAudience,
  vChannel,
  type Announcement,
  type Audience,
  type Channel,
} from "./announcement";
export {
  checkCustomerReply,
  vCustomerReply,
  vResolution,
  vTeam,
  type CustomerReply,
  type Resolution,
  type Team,
} from "./customerReply";
export { choicesOf, isDay, type ActionField, type Choice, type Problem } from "./fields";
export { checkQuestion, type Question, vQuestion } from "./question";
export {
  checkRefund,
  vRefund,
  vRefundMethod,
  vRefundReason,
  type Refund,
  type RefundMethod,
  type RefundReason,
} from "./refund";
export type { ActionShape, Head } from "./shape";
