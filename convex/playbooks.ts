import { v } from "convex/values";
import { personQuery } from "./functions";
import { PLAYBOOKS } from "./playbooks/index";

/** What the desk can do, with messages to try. */
export const list = personQuery({
  args: {},
  returns: v.array(
    v.object({
      name: v.string(),
      title: v.string(),
      description: v.string(),
      deadlineMs: v.number(),
      minDeadlineMs: v.number(),
      samples: v.array(
        v.object({
          id: v.string(),
          from: v.string(),
          subject: v.string(),
          message: v.string(),
          risk: v.string(),
          tone: v.string(),
        }),
      ),
    }),
  ),
  handler: async () =>
    PLAYBOOKS.map(({ name, title, description, deadlineMs, minDeadlineMs, samples }) => ({
      name,
      title,
      description,
      deadlineMs,
      minDeadlineMs,
      samples: [...samples],
    })),
});
