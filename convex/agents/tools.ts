// What drafting agents may look up. A playbook offers those of its work; none of them changes anything.

import { tool, type ToolSet } from "ai";
import { z } from "zod";
import { addressOf } from "../playbooks/input";
import { findPolicies } from "../playbooks/policies";
import { findCustomer, findOrder, ordersOf } from "../playbooks/records";

/** Looks up the sender of one message and their orders: it can ask about nobody else. */
export function customerTools(from: string) {
  const email = addressOf(from);
  return {
    lookUpCustomer: tool({
      description: "Who the sender of this message is: name, customer since, plan. Takes no input.",
      inputSchema: z.object({}),
      execute: async () => findCustomer(email) ?? { notFound: "No customer has the sender's address." },
    }),
    lookUpOrder: tool({
      description: "One order of the sender by its number (such as FH-20418): item, total in cents, status, payments.",
      inputSchema: z.object({ number: z.string().max(40) }),
      execute: async ({ number }) =>
        findOrder(email, number) ?? { notFound: "The sender has no order with this number. Say nothing about it." },
    }),
  } satisfies ToolSet;
}

/** Lists all orders of the sender of one message. */
export function orderListTool(from: string) {
  return {
    listOrders: tool({
      description: "All orders of the sender: number, item, total and paid in cents, status, payments. Takes no input.",
      inputSchema: z.object({}),
      execute: async () => ordersOf(addressOf(from)),
    }),
  } satisfies ToolSet;
}

/** Finds the company's policies. */
export function policyTool() {
  return {
    findPolicy: tool({
      description: "The company's policies on a topic, word for word. Promise nothing that no policy allows.",
      inputSchema: z.object({ topic: z.string().max(200) }),
      execute: async ({ topic }) => findPolicies(topic).map(({ id, title, text }) => ({ id, title, text })),
    }),
  } satisfies ToolSet;
}
