import { v, type Infer } from "convex/values";

export const vRole = v.union(v.literal("requester"), v.literal("reviewer"), v.literal("manager"), v.literal("admin"));
export type Role = Infer<typeof vRole>;

/** Who may retry or cancel a request that is stuck. */
export const OPERATORS: readonly Role[] = ["manager", "admin"];
/** Who reads every request. */
export const READERS: readonly Role[] = ["reviewer", "manager", "admin"];

/** Whether somebody with `roles` has at least one of `wanted`. */
export function hasRole(roles: readonly Role[], wanted: readonly Role[]): boolean {
  return roles.some((role) => wanted.includes(role));
}
