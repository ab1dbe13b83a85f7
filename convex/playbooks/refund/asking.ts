// What the template model asks a person before it proposes a refund.

import { QUESTION_MAX } from "../../shared/limits";
import { cut } from "../../agents/offline/wording";
import { nameOf } from "../input";
import type { Order } from "../records";

/** What it says before it asks. */
export const UNCLEAR =
  "The message does not say which of the sender's orders it is about, and no record tells. I ask a reviewer.";

/** Asks which of a sender's orders a refund is for, with what a person needs to know of each. */
export function whichOrder(from: string, orders: readonly Order[]): string {
  const listed = orders.map(({ number, item, status }) => `${number} (${item}, ${status})`).join(", ");
  const who = nameOf(from) ?? "The sender";
  return cut(
    `Which order is the refund for? The message names none, and ${who} has ${orders.length}: ${listed}.`,
    QUESTION_MAX,
  );
}
