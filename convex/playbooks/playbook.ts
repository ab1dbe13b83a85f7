import { actionProblem, type ACTIONS, type Action, type ActionKind, isQuestion } from "../shared/actions";
import type { ErrorCode } from "../shared/errors";
import type { Input } from "../shared/records";

/** A message to try a playbook with; `risk` is what people would say of it: "low", "medium" or "high". */
export type Sample = { id: string; from: string; subject: string; message: string; risk: string; tone: string };

/** How the form asks for one part of the input. */
export type Words = { label: string; hint: string; placeholder: string };

/** A kind of work the desk can do, as everybody but its agents sees it. What its agents know is in `agents.ts` beside it. */
export type Playbook = {
  /** Stored with every request and part of every digest: chosen once. */
  name: ActionKind;
  title: string;
  description: string;
  input: { from: Words; subject: Words; message: Words };
  /** Who the samples come from: "12 messages from made-up customers". */
  samplesFrom: string;
  samples: readonly Sample[];
  /** The input as it is stored, or the code of what is wrong with it. */
  checkInput: (input: Input) => { input: Input } | { error: ErrorCode };
  /** A question is no action of any playbook. What is wrong with an action proposed for an input, or edited by a person, as a sentence; or null. */
  checkAction: (input: Input, action: Action) => string | null;
};

type ActionOf<K extends ActionKind> = Parameters<(typeof ACTIONS)[K]["head"]>[0];

/**
 * A playbook's check of its actions: first the types and the rules of the kind of action `kind`, then `rule`, which knows the input.
 */
export function checkedAs<K extends ActionKind>(
  kind: K,
  rule: (input: Input, action: ActionOf<K>) => string | null,
): Playbook["checkAction"] {
  return (input, action) => {
    if (isQuestion(action)) return "A question cannot take the place of what is to be done.";
    return actionProblem(kind, action) ?? rule(input, action as ActionOf<K>);
  };
}
