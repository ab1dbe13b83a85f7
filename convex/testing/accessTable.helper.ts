// Who may call what: every public function with the people of `access.helper.ts` in its columns. The order of the cells:
// stranger, requester (of the request), other requester, reviewer (whom it asks), reviewer of another group, manager,
// admin, deactivated. y: allowed, -: denied, 0: an answer without anything in it, or a change that changes nothing.

import type { FunctionReference } from "convex/server";
import { api } from "../_generated/api";
import type { Doc } from "../_generated/dataModel";
import type { MutationCtx } from "../_generated/server";
import { ALL, DANA } from "./desk.helper";
import type { World } from "./access.helper";

// oxlint-disable-next-line no-explicit-any -- rows of functions of every kind and shape stand in one table
type Call = FunctionReference<any, "public", Record<string, unknown>, unknown>;
export type Row = {
  fn: Call;
  /** What it is called about, where the function has several rows. */
  of?: string;
  cells: string;
  args: (world: World, n: number) => Record<string, unknown>;
  /** Whether an answer shows what the row is about; anything that is not empty by default. */
  shows?: (result: never, world: World) => boolean;
  /** Makes the desk one in which the call is possible, where it is not. */
  first?: (ctx: MutationCtx, world: World) => Promise<void>;
  /** Errors that come after the permission, which count as allowed. */
  reached?: string[];
};

const ANYONE = "y y y y y y y y";
const PEOPLE = "- y y y y y y -";
const READERS = "- - - y y y y -";
const MANAGERS = "- - - - - y y -";
const ADMINS = "- - - - - - y -";
const REQUESTERS = "- y y - - - - -";
/** What may be read of the request: its requester, whom it asks, managers and admins; for others it does not exist. */
const READ = "- y 0 y 0 y y -";
/** The same where it is refused. */
const SEE = "- y - y - y y -";
/** Only the reviewer whom it asks. */
const ASKED = "- - - y - - - -";

const none = () => ({});
const HOUR_MS = 3_600_000;
const ofRequest = ({ requestId }: World) => ({ requestId });
const seen = ({ taskId, revision, digest }: World) => ({ taskId, revision, digest });
const has = (list: { requestId: string | null }[], id: string) => list.some(({ requestId }) => requestId === id);
type Page = { page: { requestId: string | null }[] };
const failed = async (ctx: MutationCtx, { requestId }: World) => {
  const state: Doc<"requests">["state"] = { kind: "failed", step: "draft", reason: "Broken.", at: Date.now() };
  await ctx.db.patch("requests", requestId, { state });
};

export const ROWS: Row[] = [
  { fn: api.attachments.address, cells: PEOPLE, args: none },
  { fn: api.audit.signing, cells: MANAGERS, args: () => ({}) },
  { fn: api.audit.proof, cells: MANAGERS, args: ofRequest },
  { fn: api.brake.goOn, cells: ADMINS, args: () => ({ playbook: null }), first: stopped },
  { fn: api.brake.list, cells: PEOPLE, args: none, shows: () => true },
  { fn: api.brake.stop, cells: ADMINS, args: () => ({ playbook: null, reason: "Wrong prices." }) },
  { fn: api.decisions.comment, cells: SEE, args: ({ requestId }) => ({ requestId, text: "Please hurry." }) },
  { fn: api.decisions.decide, cells: ASKED, args: (world) => ({ ...seen(world), verdict: { kind: "approve" } }) },
  {
    fn: api.decisions.delegate,
    cells: ASKED,
    args: ({ taskId, otherReviewer }) => ({ taskId, toId: otherReviewer.id }),
  },
  {
    fn: api.decisions.edit,
    cells: ASKED,
    args: (world) => ({
      ...seen(world),
      action: { ...world.draft.action, body: "Dear Dana,\n\nwe have paid it back." },
    }),
  },
  { fn: api.decisions.escalate, cells: ASKED, args: ({ taskId }) => ({ taskId, reason: "Not mine." }) },
  { fn: api.decisions.revoke, cells: ADMINS, args: ({ decided }) => ({ requestId: decided, reason: "Not this one." }) },
  {
    fn: api.decisions.undo,
    of: "what the reviewer decided",
    cells: ASKED,
    args: ({ decided }) => ({ requestId: decided }),
  },
  { fn: api.desk.status, cells: ANYONE, args: none },
  {
    fn: api.drafts.stream,
    cells: SEE,
    args: ({ threadId }) => ({ threadId, ...ALL, streamArgs: { kind: "list", startOrder: 0 } }),
  },
  { fn: api.exports.begin, cells: MANAGERS, args: ({ view }) => ({ view, format: "csv" }) },
  { fn: api.exports.get, of: "the manager's own", cells: "- - - - - y 0 -", args: ({ exportId }) => ({ exportId }) },
  {
    fn: api.groups.addMember,
    cells: ADMINS,
    args: ({ asked, otherReviewer }) => ({ groupId: asked, personId: otherReviewer.id }),
  },
  { fn: api.groups.create, cells: ADMINS, args: () => ({ name: "Night shift" }) },
  {
    fn: api.groups.removeMember,
    cells: ADMINS,
    args: ({ asked, reviewer }) => ({ groupId: asked, personId: reviewer.id }),
  },
  { fn: api.groups.rename, cells: ADMINS, args: ({ asked }) => ({ groupId: asked, name: "Renamed" }) },
  { fn: api.history.choices, cells: MANAGERS, args: none },
  { fn: api.history.events, cells: MANAGERS, args: () => ({ filter: {}, ...ALL }) },
  { fn: api.history.findEvents, cells: MANAGERS, args: () => ({ filter: { text: "approved" }, limit: 5 }) },
  { fn: api.history.findRequests, cells: MANAGERS, args: () => ({ filter: { text: "charged" }, limit: 5 }) },
  { fn: api.history.replay, cells: MANAGERS, args: ofRequest },
  { fn: api.history.requests, cells: MANAGERS, args: () => ({ filter: {}, ...ALL }) },
  { fn: api.outbox.get, cells: READ, args: ({ messageId }) => ({ messageId }) },
  { fn: api.outbox.list, cells: READ, args: () => ALL, shows: ({ page }: Page, { done }) => has(page, done) },
  { fn: api.people.absence, cells: PEOPLE, args: none, shows: () => true },
  { fn: api.people.demo, cells: ANYONE, args: none },
  { fn: api.people.endAbsence, cells: "- - - 0 0 0 0 -", of: "nobody's", args: none },
  { fn: api.people.endAbsenceOf, cells: ADMINS, args: ({ reviewer }) => ({ personId: reviewer.id }), first: away },
  { fn: api.people.get, cells: MANAGERS, args: ({ reviewer }) => ({ personId: reviewer.id }) },
  { fn: api.people.list, cells: MANAGERS, args: () => ({ ...ALL, who: "here", search: "" }) },
  { fn: api.people.remove, cells: ADMINS, args: ({ otherRequester }) => ({ personId: otherRequester.id }) },
  { fn: api.people.restore, cells: ADMINS, args: ({ deactivated }) => ({ personId: deactivated.id }) },
  {
    fn: api.people.setAbsence,
    cells: READERS,
    args: () => ({ from: Date.now(), until: Date.now() + HOUR_MS, delegateId: null }),
  },
  {
    fn: api.people.setRoles,
    cells: ADMINS,
    args: ({ otherReviewer }) => ({ personId: otherReviewer.id, roles: ["requester"] }),
  },
  {
    fn: api.people.update,
    cells: ADMINS,
    args: ({ reviewer }) => ({ personId: reviewer.id, name: "Priya R.", title: "Lead" }),
  },
  { fn: api.playbooks.list, cells: PEOPLE, args: none },
  { fn: api.policies.dryRun, cells: MANAGERS, args: ({ policy }) => ({ playbook: "customerReply", policy, last: 5 }) },
  { fn: api.policies.get, cells: MANAGERS, args: () => ({ playbook: "refund" }) },
  { fn: api.policies.list, cells: MANAGERS, args: none },
  { fn: api.policies.names, cells: READERS, args: none },
  { fn: api.policies.revokeRule, cells: ADMINS, args: () => ({ playbook: "refund", ruleId: "small-refunds" }) },
  {
    fn: api.policies.save,
    cells: ADMINS,
    args: ({ policy, version }) => ({
      playbook: "customerReply",
      policy: { ...policy, name: "Another name" },
      basedOn: version,
    }),
  },
  { fn: api.policies.version, cells: MANAGERS, args: () => ({ playbook: "refund", version: 1 }) },
  {
    fn: api.privacy.erase,
    cells: ADMINS,
    args: ({ deactivated }) => ({ confirm: "erase", subject: { kind: "person", personId: deactivated.id } }),
  },
  { fn: api.privacy.erasures, cells: MANAGERS, args: none, shows: () => true },
  { fn: api.requests.cancel, cells: MANAGERS, args: ofRequest },
  { fn: api.requests.get, cells: READ, args: ofRequest },
  {
    fn: api.requests.mine,
    cells: "- y 0 0 0 0 0 -",
    args: () => ALL,
    shows: ({ page }: Page, { requestId }) => has(page, requestId),
  },
  { fn: api.requests.retry, cells: MANAGERS, args: ofRequest, first: failed },
  {
    fn: api.requests.submit,
    cells: REQUESTERS,
    args: () => ({ playbook: "customerReply", input: DANA, submissionKey: "again" }),
  },
  { fn: api.requests.withdraw, cells: "- y - - - - - -", args: ofRequest },
  { fn: api.savedViews.list, of: "the manager's own", cells: "- - - - - y 0 -", args: none, shows: ownView },
  {
    fn: api.savedViews.remove,
    of: "the manager's own",
    cells: "- - - - - y 0 -",
    args: (w) => ({ viewId: w.ownView }),
  },
  {
    fn: api.savedViews.remove,
    of: "a shared one",
    cells: MANAGERS,
    args: ({ sharedView }) => ({ viewId: sharedView }),
  },
  { fn: api.savedViews.save, cells: MANAGERS, args: ({ view }) => ({ name: "All", shared: false, view }) },
  {
    fn: api.savedViews.update,
    of: "the manager's own",
    cells: "- - - - - y - -",
    args: (world) => ({ viewId: world.ownView, name: "Renamed", shared: false }),
  },
  {
    fn: api.savedViews.update,
    of: "a shared one",
    cells: MANAGERS,
    args: ({ sharedView }) => ({ viewId: sharedView, name: "Renamed", shared: true }),
  },
  {
    fn: api.sessions.end,
    of: "the reviewer's",
    cells: "- - - y - - y -",
    args: ({ priyasSession }) => ({ sessionId: priyasSession }),
  },
  { fn: api.sessions.endAll, cells: ADMINS, args: ({ reviewer }) => ({ personId: reviewer.id }) },
  { fn: api.sessions.endOthers, cells: PEOPLE, args: none },
  { fn: api.sessions.list, of: "one's own", cells: PEOPLE, args: none },
  {
    fn: api.sessions.list,
    of: "the reviewer's",
    cells: "- - - y - - y -",
    args: ({ reviewer }) => ({ personId: reviewer.id }),
  },
  { fn: api.tasks.get, cells: "- - - y 0 y y -", args: ({ taskId }) => ({ taskId }) },
  {
    fn: api.tasks.inbox,
    of: "what waits",
    cells: "- - - y 0 y y -",
    args: () => ({ ...ALL, queue: "open" }),
    shows: ({ page }: Page, { requestId }) => has(page, requestId),
  },
  {
    fn: api.tasks.inbox,
    of: "what is done",
    cells: "- - - y 0 y y -",
    args: () => ({ ...ALL, queue: "done" }),
    shows: ({ page }: Page, { done }) => has(page, done),
  },
  {
    fn: api.tasks.snooze,
    cells: "- - - y - y y -",
    args: ({ taskId }) => ({ taskId, until: Date.now() + 60_000 }),
  },
  { fn: api.viewer.current, cells: "0 y y y y y y 0", args: none },
  { fn: api.accounts.link, cells: ANYONE, args: () => ({ token: "x" }) },
  { fn: api.accounts.mine, cells: PEOPLE, args: none },
  { fn: api.accounts.requestReset, cells: ANYONE, args: () => ({ email: "ivo@example.com" }), shows: () => true },
];

/** Actions, in the order in which they are called: what they change stays. Those of accounts after the demo is over. */
export const ACTIONS: Row[] = [
  {
    fn: api.auth.signIn,
    of: "as a demo person",
    cells: ANYONE,
    args: ({ otherRequester }) => ({ provider: "desk", params: { demoPersonId: otherRequester.id } }),
  },
  {
    fn: api.accounts.invite,
    cells: ADMINS,
    args: (_, n) => ({ name: "Nina New", email: `nina${n}@example.com`, title: "", roles: ["reviewer"] }),
  },
  { fn: api.accounts.inviteAgain, cells: ADMINS, args: ({ invitedId }) => ({ personId: invitedId }) },
  { fn: api.accounts.resetLink, cells: ADMINS, args: ({ invitedId }) => ({ personId: invitedId }) },
  {
    fn: api.accounts.changePassword,
    cells: PEOPLE,
    args: () => ({ current: "wrong as it is", next: "nine green bicycles" }),
    reached: ["passwordWrong"],
  },
  { fn: api.auth.signOut, of: "of a session", cells: "0 y y y y y y y", args: none },
];

/** The HTTP routes: whether anyone may, or who. */
export const ROUTES: Record<string, string> = {
  "GET /.well-known/openid-configuration": ANYONE,
  "GET /.well-known/jwks.json": ANYONE,
  // The way to company sign-in and back: whoever comes there is a stranger.
  "GET /api/auth/signin/*": ANYONE,
  "GET /api/auth/callback/*": ANYONE,
  "POST /api/auth/callback/*": ANYONE,
  "OPTIONS /history/export": ANYONE,
  "GET /history/export": "- - - - - y - -",
  "OPTIONS /requests/attachment": ANYONE,
  "POST /requests/attachment": REQUESTERS,
  // The file of the request.
  "GET /requests/attachment": "- y - y - y y -",
};

function ownView(views: { viewId: string }[], world: World): boolean {
  return views.some(({ viewId }) => viewId === world.ownView);
}

async function stopped(ctx: MutationCtx, { admin }: World): Promise<void> {
  await ctx.db.insert("brakes", { playbook: null, personId: admin.id, reason: "Incident." });
}

async function away(ctx: MutationCtx, { reviewer }: World): Promise<void> {
  const from = Date.now();
  await ctx.db.insert("absences", { personId: reviewer.id, from, until: from + HOUR_MS, delegateId: null });
}
