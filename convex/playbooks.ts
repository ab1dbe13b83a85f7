import { v } from "convex/values";
import { personQuery } from "./functions";
import { PLAYBOOKS } from "./playbooks/index";

const vWords = v.object({ label: v.string(), hint: v.string(), placeholder: v.string() });

/** What the desk can do, what the form asks for, and messages to try. */
export const list = personQuery({
  args: {},
  returns: v.array(
    v.object({
      name: v.string(),
      title: v.string(),
      description: v.string(),
      deadlineMs: v.number(),
      minDeadlineMs: v.number(),
      input: v.object({ from: vWords, subject: vWords, message: vWords }),
      samplesFrom: v.string(),
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
    PLAYBOOKS.map(({ name, title, description, deadlineMs, minDeadlineMs, input, samplesFrom, samples }) => ({
      name,
      title,
      description,
      deadlineMs,
      minDeadlineMs,
      input,
      samplesFrom,
      samples: [...samples],
    })),
});
