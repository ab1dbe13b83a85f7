import type { Input } from "../../shared/records";
import type { Policy } from "../../playbooks/policies";
import type { Customer, Order } from "../../playbooks/records";
import { orderNumbersIn } from "../../shared/personalData";

/** One tool's answer as it stands in the prompt. */
export type ToolAnswer = { tool: string; value: unknown };

/** What the look-ups told, or null for what they did not; `orders` are all of the sender's. */
export type Knowledge = { customer: Customer | null; order: Order | null; orders: Order[]; policies: Policy[] };

/** Reads the look-ups' answers. Their shapes are this desk's own tools'; anything else counts as not found. */
export function knowledgeFrom(answers: readonly ToolAnswer[]): Knowledge {
  const of = (tool: string) => answers.filter((answer) => answer.tool === tool).map(({ value }) => value);
  return {
    customer: of("lookUpCustomer").find((value) => found<Customer>(value)) ?? null,
    order: of("lookUpOrder").find((value) => found<Order>(value)) ?? null,
    orders: of("listOrders").flatMap((value) => (Array.isArray(value) ? (value as Order[]) : [])),
    policies: of("findPolicy").flatMap((value) => (Array.isArray(value) ? (value as Policy[]) : [])),
  };
}

function found<T>(value: unknown): value is T {
  return typeof value === "object" && value !== null && !("notFound" in value);
}

/** The order number a message names, or null. */
export function orderNumberIn({ subject, message }: Input): string | null {
  return orderNumbersIn(`${subject}\n${message}`)[0] ?? null;
}

/** A sentence of a policy that holds `words`, or its first; for quoting word for word. */
export function policySentence(
  policies: readonly Policy[],
  id: string,
  words: string,
): { text: string; id: string } | null {
  const policy = policies.find((candidate) => candidate.id === id) ?? null;
  if (policy === null) return null;
  const sentences = policy.text.match(/[^.]+\./g)?.map((sentence) => sentence.trim()) ?? [policy.text];
  return { id, text: sentences.find((sentence) => sentence.includes(words)) ?? sentences[0] ?? policy.text };
}
