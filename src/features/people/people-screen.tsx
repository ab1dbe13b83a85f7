import { api } from "@convex/_generated/api";
import { usePaginatedQuery } from "convex/react";
import { useNavigate } from "@tanstack/react-router";
import { SearchIcon, UserRoundPlusIcon, UsersIcon } from "lucide-react";
import { useEffect, useId, useState } from "react";
import { EmptyState, ListSkeleton, LoadMore, Page } from "@/components/page";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Input } from "@/components/ui/input";
import { Label } from "@/components/ui/label";
import { NativeSelect, NativeSelectOption } from "@/components/ui/native-select";
import type { PeopleSearch } from "@/lib/people-search";
import { useTitle } from "@/lib/title";
import { useDeskStatus, useViewer } from "@/lib/viewer";
import { GroupsCard } from "./groups-card";
import { InviteDialog } from "./invite-dialog";
import { PersonLine } from "./person-line";

const PAGE = 50;
/** A pause in typing after which the desk is asked. */
const TYPING_MS = 250;

/** Who there is: roles, groups, who is away; admins invite and change people here. */
export function PeopleScreen({ search }: { search: PeopleSearch }) {
  useTitle("People");
  const isAdmin = useViewer().roles.includes("admin");
  const { demo } = useDeskStatus();
  const [inviting, setInviting] = useState(false);
  return (
    <Page
      title="People"
      lead={
        demo
          ? "Who works at this desk. In a demo everybody is made up, so nobody is invited; roles and groups can be tried out."
          : "Who works at this desk, what they may do, and who is away."
      }
      aside={
        isAdmin &&
        !demo && (
          <Button onClick={() => setInviting(true)}>
            <UserRoundPlusIcon aria-hidden />
            Invite
          </Button>
        )
      }
    >
      <div className="flex flex-col gap-6">
        <PeopleCard search={search} />
        <GroupsCard />
      </div>
      {isAdmin && <InviteDialog open={inviting} onOpenChange={setInviting} />}
    </Page>
  );
}

function PeopleCard({ search }: { search: PeopleSearch }) {
  const { find = "" } = search;
  const who = search.who ?? "here";
  const id = useId();
  const navigate = useNavigate({ from: "/people/" });
  const [typed, setTyped] = useState(find);
  useEffect(() => {
    if (typed === find) return;
    const timer = setTimeout(() => {
      void navigate({ search: (before) => ({ ...before, find: typed === "" ? undefined : typed }), replace: true });
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed, find, navigate]);
  const people = usePaginatedQuery(api.people.list, { who, search: find }, { initialNumItems: PAGE });
  return (
    <Card aria-label="People">
      <div className="flex flex-wrap items-center gap-2 border-b p-3">
        <div className="relative min-w-0 flex-1 basis-48 sm:max-w-xs">
          <SearchIcon
            aria-hidden
            className="pointer-events-none absolute top-1/2 left-3 size-4 -translate-y-1/2 text-muted-foreground"
          />
          <Label htmlFor={`${id}-find`} className="sr-only">
            Search by name or e-mail
          </Label>
          <Input
            id={`${id}-find`}
            type="search"
            placeholder="Search by name or e-mail"
            autoComplete="off"
            className="pl-9"
            value={typed}
            onChange={({ target }) => setTyped(target.value)}
          />
        </div>
        <Label htmlFor={`${id}-who`} className="sr-only">
          Which people
        </Label>
        <NativeSelect
          id={`${id}-who`}
          value={who}
          onChange={({ target }) =>
            void navigate({
              search: (before) => ({ ...before, who: target.value === "deactivated" ? "deactivated" : undefined }),
              replace: true,
            })
          }
        >
          <NativeSelectOption value="here">Here</NativeSelectOption>
          <NativeSelectOption value="deactivated">Deactivated</NativeSelectOption>
        </NativeSelect>
      </div>
      {people.status === "LoadingFirstPage" ? (
        <ListSkeleton rows={5} label="Loading the people" />
      ) : people.results.length === 0 ? (
        <EmptyState icon={UsersIcon} title={find === "" ? "Nobody was deactivated" : "Nobody was found"}>
          {find === ""
            ? "Whoever is deactivated is listed here, with the name that the history keeps."
            : "Search for the beginning of a first or last name, or of an e-mail address."}
        </EmptyState>
      ) : (
        <>
          <ul className="divide-y">
            {people.results.map((person) => (
              <li key={person.id}>
                <PersonLine person={person} />
              </li>
            ))}
          </ul>
          <LoadMore status={people.status} onLoadMore={() => people.loadMore(PAGE)} />
        </>
      )}
    </Card>
  );
}
