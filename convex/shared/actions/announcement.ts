import { v, type Infer } from "convex/values";
import { BODY_MAX, HEADLINE_MAX } from "../limits";
import { personalData } from "../personalData";
import { choicesOf, type Problem } from "./fields";
import { actionShape } from "./shape";

export const vChannel = v.union(v.literal("website"), v.literal("newsletter"), v.literal("press"), v.literal("social"));
export const vAudience = v.union(v.literal("customers"), v.literal("partners"), v.literal("public"));

/** A text for many readers. `publishOn` is a day as "YYYY-MM-DD"; without it the text goes out when it is approved. */
export const vAnnouncement = v.object({
  channel: vChannel,
  audience: vAudience,
  headline: v.string(),
  body: v.string(),
  publishOn: v.optional(v.string()),
});
export type Announcement = Infer<typeof vAnnouncement>;
export type Channel = Infer<typeof vChannel>;
export type Audience = Infer<typeof vAudience>;

const CHANNELS: Record<Channel, string> = {
  website: "Website",
  newsletter: "Newsletter",
  press: "Press release",
  social: "Social media",
};
const AUDIENCES: Record<Audience, string> = { customers: "Customers", partners: "Partners", public: "Public" };

/** The kind of action of the playbook "announcement". */
export const announcementShape = actionShape({
  validator: vAnnouncement,
  fields: [
    { name: "channel", label: "Channel", widget: "choice", choices: choicesOf(CHANNELS) },
    { name: "audience", label: "Audience", widget: "choice", choices: choicesOf(AUDIENCES) },
    {
      name: "publishOn",
      label: "Publish on",
      widget: "date",
      hint: "Leave it empty to publish when it is approved.",
    },
    { name: "headline", label: "Headline", widget: "line", max: HEADLINE_MAX },
    { name: "body", label: "Text", widget: "text", max: BODY_MAX },
  ],
  rule: ({ headline, body }) => dataProblem("headline", headline) ?? dataProblem("body", body),
  head: ({ headline, channel, audience }) => ({
    title: headline,
    detail: `${CHANNELS[channel]}, for ${audience === "public" ? "everybody" : audience}`,
  }),
});

/** The first thing wrong with an announcement as a sentence, or null. */
export function checkAnnouncement(action: Announcement): string | null {
  return announcementShape.problems(action)[0]?.text ?? null;
}

/** Announcements are read by everybody, so nothing that belongs to one customer may stand in them. */
function dataProblem(field: "headline" | "body", text: string): Problem | null {
  const found = personalData(text);
  if (found === null) return null;
  const what = found.kind === "email" ? "an e-mail address" : "an order number";
  return { field, text: `An announcement must not contain ${what}: “${found.text}”. Take it out.` };
}
