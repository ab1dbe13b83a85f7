import { checkInput } from "../input";
import { checkedAs, type Playbook } from "../playbook";
import { SAMPLES } from "./samples";

/** Answers one customer message with one e-mail. */
export const customerReply: Playbook = {
  name: "customerReply",
  title: "Customer reply",
  description: "Agents sort a customer's message, look up the order and the policies, and draft the reply.",
  input: {
    from: {
      label: "From",
      hint: "The customer's address. The reply goes there, and only there.",
      placeholder: "Maria Lopez <maria@example.com>",
    },
    subject: { label: "Subject", hint: "", placeholder: "" },
    message: { label: "Message", hint: "", placeholder: "Paste what the customer wrote." },
  },
  samplesFrom: "made-up customers",
  samples: SAMPLES,
  checkInput,
  // The recipient is the sender, whatever a message or a model says: nobody can talk the desk into writing elsewhere.
  checkAction: checkedAs("customerReply", (input, action) =>
    action.to === input.from ? null : "The reply must go to the sender of the message.",
  ),
};
