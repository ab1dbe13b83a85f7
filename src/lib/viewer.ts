import type { api } from "@convex/_generated/api";
import { hasRole, OPERATORS, READERS, type Role } from "@convex/shared/roles";
import type { FunctionReturnType } from "convex/server";
import { createContext, useContext } from "react";

/** The person signed in on this tab. */
export type Viewer = NonNullable<FunctionReturnType<typeof api.viewer.current>>;

/** How this desk is set up. */
export type DeskStatus = FunctionReturnType<typeof api.desk.status>;

export const ViewerContext = createContext<Viewer | null>(null);
export const DeskStatusContext = createContext<DeskStatus | null>(null);

/** The signed-in person. Throws outside the signed-in part of the app. */
export function useViewer(): Viewer {
  const viewer = useContext(ViewerContext);
  if (viewer === null) throw new Error("useViewer needs a signed-in person around it.");
  return viewer;
}

/** How this desk is set up. Throws outside the app's root. */
export function useDeskStatus(): DeskStatus {
  const status = useContext(DeskStatusContext);
  if (status === null) throw new Error("useDeskStatus needs the desk's status around it.");
  return status;
}

/** The role's name on screen. */
export const ROLE_WORDS: Record<Role, string> = {
  requester: "Requester",
  reviewer: "Reviewer",
  manager: "Manager",
  admin: "Admin",
};

const listed = new Intl.ListFormat("en-US", { type: "conjunction" });

/** Which screens a person's roles open to them; the backend checks every call again. */
export function screensOf(
  roles: readonly Role[],
): Record<"inbox" | "new" | "requests" | "outbox" | "policies" | "people" | "history", boolean> {
  return {
    inbox: hasRole(roles, READERS),
    new: hasRole(roles, ["requester"]),
    requests: hasRole(roles, ["requester"]),
    outbox: hasRole(roles, ["requester"]) || hasRole(roles, READERS),
    policies: hasRole(roles, OPERATORS),
    people: hasRole(roles, OPERATORS),
    history: hasRole(roles, OPERATORS),
  };
}

/** A screen that some roles open and others do not. */
export type Screen = keyof ReturnType<typeof screensOf>;

/** The roles that open a screen, in words: "managers and admins". */
export function whoOpens(screen: Screen): string {
  const roles = Object.keys(ROLE_WORDS) as Role[];
  return listed.format(
    roles.filter((role) => screensOf([role])[screen]).map((role) => `${ROLE_WORDS[role].toLowerCase()}s`),
  );
}

/** Where a person's work begins. */
export function homeOf(roles: readonly Role[]): "/inbox" | "/new" | "/history" | "/outbox" {
  const screens = screensOf(roles);
  if (screens.inbox) return "/inbox";
  if (screens.new) return "/new";
  return screens.history ? "/history" : "/outbox";
}
