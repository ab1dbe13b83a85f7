import type { Policy, Quorum, Who } from "../../shared/policy/types";
import { OFFICE } from "./office";

/** Who decides about an announcement: the candidates, how many of them, and who joins when they take long. */
export type Publishers = { candidates: Who[]; quorum: Quorum; joining: Who[] };

/**
 * Two people for whatever goes to the public, within eight working hours; when four have gone by without them, others
 * join.
 */
export function announcement({ candidates, quorum, joining }: Publishers): Policy {
  return {
    name: "Public announcement",
    calendar: OFFICE,
    stages: [
      {
        key: "publish",
        name: "Publication",
        candidates,
        quorum,
        rejections: 1,
        fourEyes: { requester: true, editor: true, oncePerRequest: false },
        deadline: { kind: "business", minutes: 8 * 60 },
        atDeadline: "reject",
        escalateTo: null,
        reminders: [
          { kind: "afterOpening", duration: { kind: "business", minutes: 2 * 60 } },
          { kind: "beforeDeadline", duration: { kind: "business", minutes: 60 } },
        ],
        ladder: [{ after: { kind: "business", minutes: 4 * 60 }, who: joining }],
      },
    ],
    rules: [],
    otherwise: ["publish"],
    approvalValid: { kind: "business", minutes: 16 * 60 },
  };
}
