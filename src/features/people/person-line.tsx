import { Link } from "@tanstack/react-router";
import { ChevronRightIcon } from "lucide-react";
import { Initials } from "@/components/authored";
import { Badge } from "@/components/ui/badge";
import { ROLE_WORDS } from "@/lib/viewer";
import { PersonBadges } from "./person-badges";
import type { PersonRow } from "./types";

/** Somebody as a line of the list; it leads to their page. */
export function PersonLine({ person }: { person: PersonRow }) {
  const { id, name, title, initials, email, roles, groups } = person;
  const about = [title, email ?? ""].filter((text) => text !== "").join(" · ");
  return (
    <Link
      to="/people/$personId"
      params={{ personId: id }}
      className="flex items-center gap-3 px-4 py-3 hover:bg-accent focus-visible:outline-offset-[-2px]"
    >
      <Initials initials={initials} />
      <span className="grid min-w-0 flex-1 gap-x-4 gap-y-1.5 sm:grid-cols-[minmax(0,3fr)_minmax(0,2fr)] sm:items-center">
        <span className="min-w-0">
          <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <span className="min-w-0 font-medium [overflow-wrap:anywhere]">{name}</span>
            <PersonBadges state={person.state} away={person.away} />
          </span>
          {about !== "" && <span className="block text-muted-foreground [overflow-wrap:anywhere]">{about}</span>}
        </span>
        <span className="min-w-0">
          <span className="flex flex-wrap gap-1">
            {roles.map((role) => (
              <Badge key={role} variant="outline">
                {ROLE_WORDS[role]}
              </Badge>
            ))}
          </span>
          {groups.length > 0 && (
            <span className="mt-1 block text-xs text-muted-foreground [overflow-wrap:anywhere]">
              {groups.map((group) => group.name).join(", ")}
            </span>
          )}
        </span>
      </span>
      <ChevronRightIcon aria-hidden className="size-4 shrink-0 text-muted-foreground" />
    </Link>
  );
}
