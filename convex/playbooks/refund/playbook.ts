import { dollars } from "../../shared/money";
import { orderNumbersIn } from "../../shared/personalData";
import { addressOf, checkInput } from "../input";
import { checkedAs, type Playbook } from "../playbook";
import { findOrder } from "../records";
import { SAMPLES } from "./samples";

/** Gives money back for one order of the customer who asks, with a note to them. */
export const refund: Playbook = {
  name: "refund",
  title: "Refund",
  description: "A customer asks for money back. Agents look up the order and the policies, and propose the refund.",
  input: {
    from: {
      label: "From",
      hint: "The customer's address. Only an order of this customer can be refunded, and only to them.",
      placeholder: "Owen Fraser <owen@example.com>",
    },
    subject: { label: "Subject", hint: "", placeholder: "" },
    message: {
      label: "Message",
      hint: "With the order's number, such as FH-20517, where the customer names it.",
      placeholder: "Paste what the customer wrote.",
    },
  },
  samplesFrom: "made-up customers",
  samples: SAMPLES,
  checkInput,
  // Where the money goes and how much it may be is settled by the shop's own records, whatever a message, a model or an
  // editor says.
  checkAction: checkedAs("refund", (input, { to, orderId, amountCents, message }) => {
    if (to !== input.from) return "The refund must go to the sender of the message.";
    const order = findOrder(addressOf(input.from), orderId);
    if (order === null) return `The sender has no order “${orderId}”. Only an order of the sender can be refunded.`;
    if (orderId !== order.number) return `Write the order's number as ${order.number}.`;
    if (order.disputed) return `The payment of order ${orderId} is disputed at the bank: a refund would pay twice.`;
    if (amountCents > order.paidCents) {
      return `${dollars(order.paidCents)} was paid for order ${orderId}. More than that cannot be refunded.`;
    }
    const other = orderNumbersIn(message).find((number) => number !== orderId);
    return other === undefined ? null : `The note names order ${other}, which this refund is not about.`;
  }),
};
