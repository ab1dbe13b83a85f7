import { v } from "convex/values";
import { personQuery } from "./functions";
import { PLAYBOOKS } from "./playbooks/index";
import { vActionKind } from "./shared/actions";

const vWords = v.object({ label: v.string(), hint: v.string(), placeholder: v.string() });

/** What the desk can do, what the form asks for, and messages to try. */
export const list = personQuery({
  args: {},
  returns: v.array(
    v.object({
      name: vActionKind,
      title: v.string(),
      description: v.string(),
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
    PLAYBOOKS.map(({ name, title, description, input, samplesFrom, samples }) => ({
      name,
      title,
      description,
      input,
      samplesFrom,
      samples: [...samples],
    })),
});
