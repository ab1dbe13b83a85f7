import {
  FilesIcon,
  HistoryIcon,
  InboxIcon,
  type LucideIcon,
  ScaleIcon,
  SendIcon,
  SquarePenIcon,
  UsersIcon,
} from "lucide-react";
import type { Screen } from "@/lib/viewer";

/** The screens of the navigation, in its order. `short` is what fits under an icon on a phone. */
export const SCREENS = [
  { screen: "inbox", to: "/inbox", word: "Inbox", short: "Inbox", icon: InboxIcon },
  { screen: "new", to: "/new", word: "New request", short: "New", icon: SquarePenIcon },
  { screen: "requests", to: "/requests", word: "My requests", short: "Requests", icon: FilesIcon },
  { screen: "outbox", to: "/outbox", word: "Outbox", short: "Outbox", icon: SendIcon },
  { screen: "policies", to: "/policies", word: "Policies", short: "Policies", icon: ScaleIcon },
  { screen: "people", to: "/people", word: "People", short: "People", icon: UsersIcon },
  { screen: "history", to: "/history", word: "History", short: "History", icon: HistoryIcon },
] as const satisfies readonly { screen: Screen; to: string; word: string; short: string; icon: LucideIcon }[];
