// What rules can look at: fields of the request, of its requester, and of the playbook's action, each with a type.

import { v, type GenericValidator, type Infer } from "convex/values";
import { CATEGORIES, vRiskLevel, type Risk } from "../records";
import { vRole, type Role } from "../roles";

/** "ids": several ids at once; a rule asks whether one of them is among those it names. */
const vFieldType = v.union(
  v.object({ kind: v.literal("number"), unit: v.union(v.literal("cents"), v.literal("score"), v.literal("plain")) }),
  v.object({ kind: v.literal("text") }),
  v.object({ kind: v.literal("choice"), options: v.array(v.string()) }),
  v.object({ kind: v.literal("ids"), of: v.union(v.literal("person"), v.literal("group")) }),
);
export type FieldType = Infer<typeof vFieldType>;

/** `path` is how a rule names it, `label` how a person reads it ("the refund amount"). */
export const vField = v.object({ path: v.string(), label: v.string(), type: vFieldType });
export type Field = Infer<typeof vField>;

/** A text as it is, and in the form in which texts are compared. */
export type TextFact = { text: string; folded: string };

/** A request's values by path. What is missing has no entry. */
export type Facts = ReadonlyMap<string, number | TextFact | readonly string[]>;

/** One form for texts that read the same: Unicode's composed form without regard to case and outer blanks. */
export function folded(text: string): string {
  return text.normalize("NFC").toLowerCase().trim();
}

const ROLES = vRole.members.map((member) => member.value);
const LEVELS = vRiskLevel.members.map((member) => member.value);

/** The fields every request has, whatever its playbook. */
export const REQUEST_FIELDS: readonly Field[] = [
  { path: "risk.score", label: "the risk score", type: { kind: "number", unit: "score" } },
  { path: "risk.level", label: "the risk", type: { kind: "choice", options: LEVELS } },
  { path: "category", label: "the category", type: { kind: "choice", options: CATEGORIES } },
  { path: "requester.id", label: "the requester", type: { kind: "ids", of: "person" } },
  { path: "requester.groups", label: "the requester's group", type: { kind: "ids", of: "group" } },
  { path: "requester.roles", label: "the requester's role", type: { kind: "choice", options: ROLES } },
];

/**
 * The fields of an action, from the validator of its playbook (`v.object`): numbers, texts, booleans and unions of
 * literal texts; anything else cannot be compared and is left out. A name that ends in "Cents" is an amount of money.
 */
export function fieldsOfAction(action: GenericValidator): Field[] {
  if (action.kind !== "object") throw new Error(`An action is an object, not ${action.kind}.`);
  return Object.entries(action.fields as Record<string, GenericValidator>).flatMap(([name, validator]) => {
    const type = typeOf(name, validator);
    return type === null ? [] : [{ path: `action.${name}`, label: labelOf(name), type }];
  });
}

function typeOf(name: string, validator: GenericValidator): FieldType | null {
  switch (validator.kind) {
    case "float64":
      return { kind: "number", unit: name.endsWith("Cents") ? "cents" : "plain" };
    case "string":
      return { kind: "text" };
    case "boolean":
      return { kind: "choice", options: ["true", "false"] };
    case "union": {
      const members = validator.members as GenericValidator[];
      const options = members.map((member) => (member.kind === "literal" ? (member.value as unknown) : null));
      return options.every((option) => typeof option === "string") ? { kind: "choice", options } : null;
    }
    default:
      return null;
  }
}

/** "refundAmountCents" as "the refund amount". */
function labelOf(name: string): string {
  const words = name.replace(/Cents$/, "").replace(/([A-Z])/g, " $1");
  return `the ${words.toLowerCase().trim()}`;
}

/** What a policy is asked about. Ids as texts; `risk` and `category` are null before triage has told them. */
export type Subject = {
  risk: Risk | null;
  category: string | null;
  requester: { id: string; groupIds: readonly string[]; roles: readonly Role[] };
  action: Readonly<Record<string, unknown>>;
};

/** The values of a request that rules can look at. */
export function factsOf({ risk, category, requester, action }: Subject): Facts {
  const facts = new Map<string, number | TextFact | readonly string[]>([
    ["requester.id", [requester.id]],
    ["requester.groups", requester.groupIds],
    ["requester.roles", requester.roles],
  ]);
  if (risk !== null) facts.set("risk.score", risk.score).set("risk.level", textFact(risk.level));
  if (category !== null) facts.set("category", textFact(category));
  for (const [name, value] of Object.entries(action)) {
    if (typeof value === "number") facts.set(`action.${name}`, value);
    else if (typeof value === "string" || typeof value === "boolean") facts.set(`action.${name}`, textFact(`${value}`));
  }
  return facts;
}

/** Folded here, once, however many rules look at it. */
function textFact(text: string): TextFact {
  return { text, folded: folded(text) };
}
