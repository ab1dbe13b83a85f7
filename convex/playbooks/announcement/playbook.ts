import { checkInput } from "../input";
import { checkedAs, type Playbook } from "../playbook";
import { SAMPLES } from "./samples";

/** Publishes one text on one channel. That no customer's data stands in it is a rule of the action itself. */
export const announcement: Playbook = {
  name: "announcement",
  title: "Public announcement",
  description: "A team hands over facts. Agents check what may be said and draft the text for one channel.",
  input: {
    from: {
      label: "From",
      hint: "The team that asks, with its address. It is not published.",
      placeholder: "Product team <product@fernhill.example>",
    },
    subject: { label: "Subject", hint: "What is announced, in a few words.", placeholder: "" },
    message: {
      label: "Facts",
      hint: "One fact a line, each beginning with a dash. Name the channel, the readers and the day (2027-03-31).",
      placeholder: "For the newsletter, to customers.\n- The app reads sensors out loud from version 5.3.",
    },
  },
  samplesFrom: "made-up teams",
  samples: SAMPLES,
  checkInput,
  checkAction: checkedAs("announcement", () => null),
};
