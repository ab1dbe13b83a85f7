import { api } from "@convex/_generated/api";
import { Link } from "@tanstack/react-router";
import { useQuery } from "convex/react";
import { ArrowLeftIcon, UserXIcon } from "lucide-react";
import { EmptyState, ListSkeleton, Page } from "@/components/page";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card, CardContent, CardHeader, CardTitle } from "@/components/ui/card";
import { useTitle } from "@/lib/title";
import { ROLE_WORDS, useViewer } from "@/lib/viewer";
import { AccessCard } from "./access-card";
import { AwayCard } from "./away-card";
import { PersonBadges } from "./person-badges";
import { PersonForm } from "./person-form";
import { PersonGroups } from "./person-groups";
import { PresenceCard } from "./presence-card";
import { RolesForm } from "./roles-form";

/** Somebody's page: who they are and what they may do; admins change it here. */
export function PersonScreen({ personId }: { personId: string }) {
  const person = useQuery(api.people.get, { personId });
  const isAdmin = useViewer().roles.includes("admin");
  useTitle(person?.name ?? "People");
  if (person === undefined) return <ListSkeleton rows={4} label="Loading the person" />;
  if (person === null) {
    return (
      <EmptyState
        page
        icon={UserXIcon}
        title="There is nobody here"
        action={
          <Button asChild variant="outline">
            <Link to="/people" search={{}}>
              To all people
            </Link>
          </Button>
        }
      >
        Perhaps the address was cut off on its way.
      </EmptyState>
    );
  }
  const isGone = person.state === "deactivated";
  const mayChange = isAdmin && !isGone;
  return (
    <Page
      title={person.name}
      lead={[person.title, person.email ?? ""].filter((text) => text !== "").join(" · ") || undefined}
      aside={
        <Button asChild variant="outline" size="sm">
          <Link to="/people" search={isGone ? { who: "deactivated" } : {}}>
            <ArrowLeftIcon aria-hidden />
            All people
          </Link>
        </Button>
      }
    >
      <div className="mb-5 flex flex-wrap gap-1.5">
        {person.roles.map((role) => (
          <Badge key={role} variant="outline">
            {ROLE_WORDS[role]}
          </Badge>
        ))}
        <PersonBadges state={person.state} away={person.away} />
      </div>
      <div className="flex flex-col gap-6">
        <div className="grid items-start gap-6 lg:grid-cols-2">
          <div className="flex min-w-0 flex-col gap-6">
            {mayChange && (
              <Card aria-labelledby="who-title">
                <CardHeader>
                  <CardTitle id="who-title">Who they are</CardTitle>
                </CardHeader>
                <CardContent>
                  <PersonForm key={`${person.name}\n${person.title}`} person={person} />
                </CardContent>
              </Card>
            )}
            <PersonGroups person={person} />
            {person.away !== null && <AwayCard person={person} away={person.away} />}
          </div>
          {mayChange && (
            <div className="flex min-w-0 flex-col gap-6">
              <Card aria-labelledby="roles-title">
                <CardHeader>
                  <CardTitle id="roles-title">What they may do</CardTitle>
                </CardHeader>
                <CardContent>
                  <RolesForm key={person.roles.join()} person={person} />
                </CardContent>
              </Card>
              <AccessCard person={person} />
            </div>
          )}
        </div>
        {isAdmin && <PresenceCard person={person} />}
      </div>
    </Page>
  );
}
