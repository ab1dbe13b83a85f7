// The only file that takes functions from the raw builders. A public function names who may call it by the builder it
// uses; the permission is checked before a handler runs, and `functions.test.ts` refuses a public function without one.

import { customAction, customCtx, customMutation, customQuery } from "convex-helpers/server/customFunctions";
import { internal } from "./_generated/api";
import * as raw from "./_generated/server";
import type { Doc, Id } from "./_generated/dataModel";
import type { ActionCtx, QueryCtx } from "./_generated/server";
import { currentPerson } from "./model/people";
import { deskError } from "./shared/errors";
import { hasRole, OPERATORS, READERS, type Role } from "./shared/roles";

export { httpAction, internalAction, internalMutation, internalQuery } from "./_generated/server";
export type { ActionCtx, MutationCtx, QueryCtx } from "./_generated/server";

export type Person = Doc<"people">;
export type Permission = "anyone" | "person" | "requester" | "manager" | "operator" | "reader" | "admin";

/** The signed-in person if they have one of `roles`. Throws `notSignedIn` or `notAllowed`. */
async function personWith(ctx: QueryCtx, roles: readonly Role[] | null): Promise<{ person: Person }> {
  const person = await currentPerson(ctx);
  if (person === null) throw deskError("notSignedIn");
  if (roles !== null && !hasRole(person.roles, roles)) throw deskError("notAllowed");
  return { person };
}

/** The same for an action, which has no database: the id of the person, as they were when it began. */
async function personIdWith(ctx: ActionCtx, roles: readonly Role[] | null): Promise<{ personId: Id<"people"> }> {
  const asked = roles === null ? null : [...roles];
  return { personId: await ctx.runQuery(internal.viewer.withRole, { roles: asked }) };
}

/** Leaves the builder's permission on each function it makes, for the test that looks for functions without one. */
function marked<Builder extends (definition: never) => object>(permission: Permission, build: Builder): Builder {
  return ((definition: never) => Object.assign(build(definition), { permission })) as unknown as Builder;
}

const anyone = customCtx(async (ctx: QueryCtx) => ({ person: await currentPerson(ctx) }));
const only = (roles: readonly Role[] | null) => customCtx((ctx: QueryCtx) => personWith(ctx, roles));
const onlyInAction = (roles: readonly Role[] | null) => customCtx((ctx: ActionCtx) => personIdWith(ctx, roles));

/** Anyone, signed in or not; `ctx.person` is null for strangers. The handler must say what a stranger may see. */
export const anyoneQuery = marked("anyone", customQuery(raw.query, anyone));
/** Anyone, as `anyoneQuery`. */
export const anyoneMutation = marked("anyone", customMutation(raw.mutation, anyone));
/** Any signed-in person. */
export const personQuery = marked("person", customQuery(raw.query, only(null)));
export const requesterMutation = marked("requester", customMutation(raw.mutation, only(["requester"])));
/** Managers and admins: who audits the history. */
export const managerQuery = marked("manager", customQuery(raw.query, only(["manager", "admin"])));
export const managerMutation = marked("manager", customMutation(raw.mutation, only(["manager", "admin"])));
/** Any signed-in person; the handler asks the rules whether they may. */
export const personMutation = marked("person", customMutation(raw.mutation, only(null)));
/** Admins: who changes policies, groups and people, and stops the desk. */
export const adminMutation = marked("admin", customMutation(raw.mutation, only(["admin"])));
/** Managers and admins: who gets a stuck request going again. */
export const operatorMutation = marked("operator", customMutation(raw.mutation, only(OPERATORS)));
/** Reviewers, managers and admins: who works at the inbox, and decides where a stage asks them. */
export const readerMutation = marked("reader", customMutation(raw.mutation, only(READERS)));
export const readerQuery = marked("reader", customQuery(raw.query, only(READERS)));

/** Anyone, signed in or not. */
export const anyoneAction = marked("anyone", raw.action);
/**
 * Any signed-in person. What an action writes is written by the mutations it runs: each of those checks again, with a
 * builder below, because the person may have left since the action began.
 */
export const personAction = marked("person", customAction(raw.action, onlyInAction(null)));
/** Admins: what needs a secret that only an action can make. */
export const adminAction = marked("admin", customAction(raw.action, onlyInAction(["admin"])));
/** A step of an HTTP action that requesters call: not to be called by clients. */
export const requesterStep = customMutation(raw.internalMutation, only(["requester"]));
/** A step of a `personAction`: not to be called by clients. */
export const personStep = customMutation(raw.internalMutation, only(null));
/** A step of an `adminAction`: not to be called by clients. */
export const adminStep = customMutation(raw.internalMutation, only(["admin"]));
