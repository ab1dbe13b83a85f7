import { v, type Infer } from "convex/values";
import { vLinkKind } from "../account/links";
import { vExportFormat } from "../history/exporting";
import { vConnector, vDecisionOutcome, vModel, vStep, vVerdict } from "../records";
import { type Role, vRole } from "../roles";

/** Which draft something is about. */
const draft = { revision: v.number(), digest: v.string() };

/** There where the draft is a question of the agent. */
const asking = { question: v.optional(v.literal(true)) };

/** By what somebody proved who they are; in a demo nobody has to. */
export const vSignedInBy = v.union(v.literal("password"), v.literal("link"), v.literal("sso"), v.literal("demo"));

/** Whom it is about. */
const about = { personId: v.id("people") };
/** What a person is called. */
const vCalled = v.object({ name: v.string(), title: v.string() });

/**
 * What the decider's screen says that it showed, and when it first did (ms since 1970, by that screen's clock). A screen can
 * only attest; none where a program decided.
 */
export const vShown = v.object({ digest: v.string(), at: v.number() });
export type Shown = Infer<typeof vShown>;

/** What happened, one member per kind of event; texts are made from it when it is read (`auditText`). */
export const vAuditEvent = v.union(
  v.object({ kind: v.literal("demoEnabled") }),
  /** `digest`: SHA-256 of the canonical JSON of this version, `before` that of the one it follows; null for the first. */
  v.object({
    kind: v.literal("policySaved"),
    playbook: v.string(),
    version: v.number(),
    digest: v.optional(v.string()),
    before: v.optional(v.union(v.string(), v.null())),
  }),
  v.object({ kind: v.literal("ruleRevoked"), playbook: v.string(), ruleId: v.string(), rule: v.string() }),
  v.object({ kind: v.literal("groupCreated"), groupId: v.id("groups"), group: v.string() }),
  v.object({ kind: v.literal("groupRenamed"), groupId: v.id("groups"), from: v.string(), to: v.string() }),
  v.object({
    kind: v.literal("memberAdded"),
    groupId: v.id("groups"),
    group: v.string(),
    personId: v.id("people"),
    name: v.string(),
  }),
  v.object({
    kind: v.literal("memberRemoved"),
    groupId: v.id("groups"),
    group: v.string(),
    personId: v.id("people"),
    name: v.string(),
  }),
  /** `digest`: SHA-256 of the canonical JSON of what was submitted; `files`: of the bytes of each file that came with it. */
  v.object({
    kind: v.literal("submitted"),
    playbook: v.string(),
    digest: v.optional(v.string()),
    files: v.optional(v.array(v.string())),
  }),
  v.object({ kind: v.literal("triaged"), category: v.string(), riskScore: v.number() }),
  v.object({ kind: v.literal("drafted"), ...draft, model: vModel }),
  /** An agent asked instead of proposing an action; its question is a draft, too. */
  v.object({ kind: v.literal("questioned"), ...draft, question: v.string(), model: vModel }),
  v.object({ kind: v.literal("autoApproved"), rule: v.string(), ruleId: v.string(), ...draft }),
  v.object({ kind: v.literal("taskOpened"), stage: v.string(), revision: v.number(), dueAt: v.number(), ...asking }),
  v.object({ kind: v.literal("voted"), ...draft, verdict: vVerdict, shown: v.optional(vShown), ...asking }),
  /** `before`: the draft that was edited into this one. */
  v.object({
    kind: v.literal("edited"),
    ...draft,
    before: v.optional(v.object(draft)),
    shown: v.optional(vShown),
  }),
  v.object({ kind: v.literal("stagePassed"), stage: v.string(), byDeadline: v.boolean() }),
  v.object({ kind: v.literal("escalated"), stage: v.string(), to: v.string(), reason: v.string() }),
  v.object({ kind: v.literal("joined"), reason: v.union(v.string(), v.null()) }),
  v.object({ kind: v.literal("delegated"), to: v.string() }),
  v.object({ kind: v.literal("reminded"), stage: v.string(), dueAt: v.number() }),
  /** The outcome of a review; `why` where no person made it. */
  v.object({
    kind: v.literal("decided"),
    outcome: vDecisionOutcome,
    ...draft,
    why: v.union(v.string(), v.null()),
    ...asking,
  }),
  v.object({ kind: v.literal("expired"), revision: v.number(), ...asking }),
  v.object({ kind: v.literal("undone"), outcome: vDecisionOutcome, revision: v.number(), ...asking }),
  v.object({ kind: v.literal("revoked"), reason: v.string() }),
  v.object({ kind: v.literal("commented"), text: v.string() }),
  v.object({ kind: v.literal("brakeOn"), playbook: v.union(v.string(), v.null()), reason: v.string() }),
  v.object({ kind: v.literal("brakeOff"), playbook: v.union(v.string(), v.null()) }),
  v.object({ kind: v.literal("held") }),
  v.object({ kind: v.literal("away"), until: v.number(), delegate: v.union(v.string(), v.null()) }),
  v.object({ kind: v.literal("back") }),
  /** An admin ended the absence of somebody else. */
  v.object({ kind: v.literal("calledBack"), personId: v.id("people"), name: v.string() }),
  v.object({ kind: v.literal("personChanged"), personId: v.id("people"), from: vCalled, to: vCalled }),
  v.object({
    kind: v.literal("rolesChanged"),
    personId: v.id("people"),
    name: v.string(),
    from: v.array(vRole),
    to: v.array(vRole),
  }),
  v.object({ kind: v.literal("personRestored"), personId: v.id("people"), name: v.string() }),
  v.object({ kind: v.literal("personRemoved"), personId: v.id("people"), name: v.string() }),
  v.object({ kind: v.literal("demoLeft") }),
  v.object({ kind: v.literal("invited"), ...about, name: v.string(), email: v.string(), roles: v.array(vRole) }),
  v.object({ kind: v.literal("madeAdmin"), ...about, name: v.string() }),
  v.object({ kind: v.literal("linkMade"), ...about, name: v.string(), link: vLinkKind }),
  v.object({ kind: v.literal("linkUsed"), ...about, link: vLinkKind }),
  v.object({ kind: v.literal("mailFailed"), ...about, name: v.string(), link: vLinkKind }),
  v.object({ kind: v.literal("passwordChanged"), ...about }),
  v.object({ kind: v.literal("signedIn"), ...about, by: vSignedInBy }),
  /** Somebody gave a wrong password for them. */
  v.object({ kind: v.literal("signInFailed"), ...about, name: v.string() }),
  /** By themselves where the actor is the person, else by an admin. */
  v.object({ kind: v.literal("sessionsEnded"), ...about, name: v.string(), count: v.number() }),
  v.object({ kind: v.literal("signedOut"), ...about }),
  v.object({ kind: v.literal("roundsEnded"), rounds: v.number() }),
  v.object({
    kind: v.literal("performing"),
    executionId: v.id("executions"),
    connector: vConnector,
    digest: v.string(),
  }),
  v.object({
    kind: v.literal("performed"),
    executionId: v.id("executions"),
    connector: vConnector,
    detail: v.string(),
  }),
  v.object({ kind: v.literal("failed"), step: vStep, reason: v.string() }),
  v.object({ kind: v.literal("retried"), step: vStep }),
  v.object({ kind: v.literal("withdrawn") }),
  v.object({ kind: v.literal("canceled") }),
  /** The desk has a signing key that it had not; `vouchedBy` is the key before that signed for it, null where none did. */
  v.object({
    kind: v.literal("keyAdded"),
    keyId: v.string(),
    publicKey: v.string(),
    vouchedBy: v.union(v.string(), v.null()),
  }),
  /** The first `size` events of the tree were exported and are dropped; the period ends at this checkpoint. */
  v.object({ kind: v.literal("sealed"), size: v.number(), checkpoint: v.number() }),
  /** The personal content of the request was erased. */
  v.object({ kind: v.literal("contentErased") }),
  /** Erasing somebody's content, of a customer where no person is named. `waiting`: requests still under way kept theirs. */
  v.object({ kind: v.literal("erasureBegun"), personId: v.optional(v.id("people")) }),
  v.object({
    kind: v.literal("erased"),
    personId: v.optional(v.id("people")),
    requests: v.number(),
    events: v.number(),
    waiting: v.number(),
  }),
  /** Somebody takes out of the history what a filter (`view`, as text) finds. */
  v.object({ kind: v.literal("exportBegun"), format: vExportFormat, view: v.string() }),
  v.object({
    kind: v.literal("exported"),
    format: vExportFormat,
    view: v.string(),
    rows: v.number(),
    parts: v.number(),
  }),
);
export type AuditEvent = Infer<typeof vAuditEvent>;

const LINKS = {
  setup: "the setup link",
  invitation: "an invitation",
  reset: "a link for a new password",
} as const;

const SIGNED_IN = {
  password: "signed in with a password",
  link: "signed in with a link",
  sso: "signed in through the company",
  demo: "signed in to the demo, without a password",
} as const;

const STEPS = {
  triage: "sorting the message",
  draft: "drafting",
  perform: "performing the action",
} as const;

/** What happened as a sentence without its subject: the screen puts the actor's name before it. */
export function auditText(event: AuditEvent): string {
  switch (event.kind) {
    case "demoEnabled":
      return "switched demo mode on";
    case "policySaved":
      return `saved version ${event.version} of the policy of ${event.playbook}`;
    case "ruleRevoked":
      return `revoked the rule “${event.rule}” of ${event.playbook}: it approves nothing any more`;
    case "groupCreated":
      return `created the group ${event.group}`;
    case "groupRenamed":
      return `renamed the group ${event.from} to ${event.to}`;
    case "memberAdded":
      return `added ${event.name} to the group ${event.group}`;
    case "memberRemoved":
      return `took ${event.name} out of the group ${event.group}`;
    case "submitted":
      return `submitted the request${filesText(event.files?.length ?? 0)}`;
    case "triaged":
      return `sorted it as ${event.category}, risk ${event.riskScore} of 100`;
    case "drafted":
      return `wrote draft ${event.revision}`;
    case "questioned":
      return `asked: ${event.question}`;
    case "autoApproved":
      return `approved draft ${event.revision} by the rule “${event.rule}”, without a person`;
    case "taskOpened":
      return `asked for ${event.question ? "an answer to question" : "a decision on draft"} ${event.revision} (${event.stage})`;
    case "voted":
      return votedText(draftText(event), event.verdict, event.question);
    case "edited":
      return `edited the draft: it is now draft ${event.revision}`;
    case "stagePassed":
      return event.byDeadline ? `passed “${event.stage}”: its deadline approves` : `passed “${event.stage}”`;
    case "escalated":
      return `handed “${event.stage}” over to “${event.to}”: ${event.reason}`;
    case "joined":
      return `asked more people${event.reason === null ? "" : `: ${event.reason}`}`;
    case "delegated":
      return `handed their part to ${event.to}`;
    case "reminded":
      return `reminded “${event.stage}” of the deadline`;
    case "decided":
      return `${outcomeText(event)}${event.why === null ? "" : `: ${event.why}`}`;
    case "expired":
      return event.question
        ? `rejected question ${event.revision}: nobody answered before the deadline`
        : `rejected draft ${event.revision}: nobody decided before the deadline`;
    case "undone":
      return event.question && event.outcome === "changesRequested"
        ? `took the answer to question ${event.revision} back`
        : `took the decision on ${draftText(event)} back`;
    case "revoked":
      return `revoked the approval: ${event.reason}`;
    case "commented":
      return `commented: ${event.text}`;
    case "brakeOn":
      return `stopped ${event.playbook ?? "the whole desk"}: ${event.reason}`;
    case "brakeOff":
      return `let ${event.playbook ?? "the whole desk"} go on`;
    case "held":
      return "holds the action back while the brake is on";
    case "away":
      return `is away${event.delegate === null ? "" : `; ${event.delegate} acts for them`}`;
    case "back":
      return "is back";
    case "calledBack":
      return `ended the absence of ${event.name}`;
    case "personChanged":
      return `changed ${calledText(event.from)} to ${calledText(event.to)}`;
    case "rolesChanged":
      return `changed the roles of ${event.name} from ${rolesText(event.from)} to ${rolesText(event.to)}`;
    case "personRestored":
      return `restored ${event.name}`;
    case "personRemoved":
      return `deactivated ${event.name}`;
    case "demoLeft":
      return "ended demo mode: nobody signs in without a password any more";
    case "invited":
      return `invited ${event.name} (${event.email}) as ${event.roles.join(", ")}`;
    case "madeAdmin":
      return `made ${event.name} an admin`;
    case "linkMade":
      return `made ${LINKS[event.link]} for ${event.name}`;
    case "linkUsed":
      return `used ${LINKS[event.link]}`;
    case "mailFailed":
      return `could not send ${LINKS[event.link]} to ${event.name} by e-mail`;
    case "passwordChanged":
      return "chose a new password";
    case "signedIn":
      return SIGNED_IN[event.by];
    case "signInFailed":
      return `refused a wrong password for ${event.name}`;
    case "sessionsEnded":
      return `ended ${event.count === 1 ? "a session" : `${event.count} sessions`} of ${event.name}`;
    case "signedOut":
      return "signed out";
    case "roundsEnded":
      return `rejected the request: ${event.rounds} drafts were not enough`;
    case "performing":
      return `started to perform the approved action through the ${event.connector}`;
    case "performed":
      return `performed the approved action: ${event.detail}`;
    case "failed":
      return `stopped while ${STEPS[event.step]}: ${event.reason}`;
    case "retried":
      return `started ${STEPS[event.step]} again`;
    case "withdrawn":
      return "withdrew the request";
    case "keyAdded":
      return `took the signing key ${event.keyId} into use, ${
        event.vouchedBy === null ? "for which no other key vouches" : `for which the key ${event.vouchedBy} vouches`
      }`;
    case "sealed":
      return `sealed the history up to checkpoint ${event.checkpoint}: its first ${counted(event.size, "event")} stand in an export`;
    case "contentErased":
      return "erased the personal content of the request";
    case "erasureBegun":
      return `began to erase the personal content of ${event.personId === undefined ? "a customer" : "a person"}`;
    case "erased":
      return `erased the personal content of ${counted(event.requests, "request")} and ${counted(event.events, "event")}${
        event.waiting === 0 ? "" : `; ${counted(event.waiting, "request")} still under way kept theirs`
      }`;
    case "canceled":
      return "canceled the request";
    case "exportBegun":
      return `began to export ${event.view} as ${FORMATS[event.format]}`;
    case "exported":
      return `exported ${counted(event.rows, "row")} in ${counted(event.parts, "part")} as ${FORMATS[event.format]}: ${event.view}`;
    default:
      return event satisfies never;
  }
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

const FORMATS = { csv: "CSV", jsonl: "JSON lines" } as const;

const OUTCOMES = {
  approved: "approved the request",
  rejected: "rejected the request",
  changesRequested: "sent the draft back",
} as const;

function calledText({ name, title }: Infer<typeof vCalled>): string {
  return title === "" ? name : `${name} (${title})`;
}

function rolesText(roles: readonly Role[]): string {
  return roles.length === 0 ? "none" : roles.join(", ");
}

/** What a decision was about: "draft 2", "question 2". Both are counted together. */
function draftText({ revision, question }: { revision: number; question?: true | undefined }): string {
  return `${question ? "question" : "draft"} ${revision}`;
}

function outcomeText({ outcome, question }: Extract<AuditEvent, { kind: "decided" }>): string {
  return question && outcome === "changesRequested" ? "answered the question" : OUTCOMES[outcome];
}

function votedText(draft: string, verdict: Infer<typeof vVerdict>, question?: true): string {
  switch (verdict.kind) {
    case "approve":
      return `approved ${draft}`;
    case "reject":
      return `rejected ${draft}: ${verdict.reason}`;
    case "requestChanges":
      return question ? `answered ${draft}: ${verdict.feedback}` : `asked for changes to ${draft}: ${verdict.feedback}`;
    default:
      return verdict satisfies never;
  }
}

function filesText(files: number): string {
  return files === 0 ? "" : files === 1 ? " with a file" : ` with ${files} files`;
}
