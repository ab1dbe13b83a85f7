import { createFileRoute } from "@tanstack/react-router";
import { NothingChosen } from "@/features/inbox/nothing-chosen";

export const Route = createFileRoute("/_desk/inbox/")({ component: NothingChosen });
