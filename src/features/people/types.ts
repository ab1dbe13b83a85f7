import type { api } from "@convex/_generated/api";
import type { FunctionReturnType } from "convex/server";

/** Somebody as the people screen shows them. */
export type PersonRow = NonNullable<FunctionReturnType<typeof api.people.get>>;
/** People and groups that policies can name. */
export type Names = FunctionReturnType<typeof api.policies.names>;
/** A link that lets somebody in once, as its maker gets it. */
export type MadeLink = FunctionReturnType<typeof api.accounts.resetLink>;
