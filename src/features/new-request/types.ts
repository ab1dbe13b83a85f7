import type { api } from "@convex/_generated/api";
import type { FunctionReturnType } from "convex/server";

export type Playbook = FunctionReturnType<typeof api.playbooks.list>[number];
export type Sample = Playbook["samples"][number];
