import { v, type Infer } from "convex/values";

export const vRole = v.union(v.literal("requester"), v.literal("reviewer"), v.literal("manager"), v.literal("admin"));
export type Role = Infer<typeof vRole>;

/** All roles, in the order in which they are listed. */
export const ROLES: readonly Role[] = vRole.members.map(({ value }) => value);

/** Who reads every request, and may retry or cancel one that is stuck. */
export const OPERATORS: readonly Role[] = ["manager", "admin"];
/** Who works at the inbox and can be asked to decide. Which requests a reviewer reads, model/seeing.ts says. */
export const READERS: readonly Role[] = ["reviewer", "manager", "admin"];

/** Whether somebody with `roles` has at least one of `wanted`. */
export function hasRole(roles: readonly Role[], wanted: readonly Role[]): boolean {
  return roles.some((role) => wanted.includes(role));
}
