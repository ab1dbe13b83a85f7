import { createFileRoute } from "@tanstack/react-router";
import { PoliciesScreen } from "@/features/policies/policies-screen";

export const Route = createFileRoute("/_desk/policies/")({ component: PoliciesScreen });
