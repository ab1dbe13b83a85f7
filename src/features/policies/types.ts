import type { api } from "@convex/_generated/api";
import type { FunctionReturnType } from "convex/server";

/** A playbook's policy in force with its versions. */
export type PolicyPage = NonNullable<FunctionReturnType<typeof api.policies.get>>;
/** One version of a policy with what is needed to read it. */
export type PolicyVersion = NonNullable<FunctionReturnType<typeof api.policies.version>>;
/** People and groups that policies can name. */
export type PolicyNames = FunctionReturnType<typeof api.policies.names>;
export type DryRun = FunctionReturnType<typeof api.policies.dryRun>;
