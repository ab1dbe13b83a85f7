import type { Policy } from "../../shared/policy/types";
import { FOUR_EYES, OFFICE } from "./office";

/** One reviewer within four hours; who does not decide in time has rejected. */
export const customerReply: Policy = {
  name: "Customer reply",
  calendar: OFFICE,
  stages: [
    {
      key: "review",
      name: "Review",
      candidates: [{ kind: "role", role: "reviewer" }],
      quorum: { kind: "count", count: 1 },
      rejections: 1,
      fourEyes: FOUR_EYES,
      deadline: { kind: "elapsed", minutes: 4 * 60 },
      atDeadline: "reject",
      escalateTo: null,
      reminders: [{ kind: "beforeDeadline", duration: { kind: "elapsed", minutes: 30 } }],
      ladder: [],
    },
  ],
  rules: [],
  otherwise: ["review"],
  approvalValid: { kind: "elapsed", minutes: 24 * 60 },
};
