import { api } from "@convex/_generated/api";
import { useAuthActions } from "@convex-dev/auth/react";
import { useQuery } from "convex/react";
import type { FunctionReturnType } from "convex/server";
import { LoaderCircleIcon } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Initials } from "@/components/authored";
import { ErrorNote } from "@/components/page";
import { Skeleton } from "@/components/ui/skeleton";
import { type Explanation, explain } from "@/lib/errors";
import { ROLE_WORDS } from "@/lib/viewer";

type DemoPerson = FunctionReturnType<typeof api.people.demo>[number];
type Role = DemoPerson["roles"][number];

const GROUPS: { role: Role; plural: string; does: string }[] = [
  { role: "requester", plural: "Requesters", does: "hand work to the desk" },
  { role: "reviewer", plural: "Reviewers", does: "decide what the agents drafted" },
  { role: "manager", plural: "Managers", does: "read the history, retry what failed" },
  { role: "admin", plural: "Admins", does: "look after the desk" },
];

/** The people of a demo: one click makes one of them. `as` does so at once, by the person's id. */
export function DemoPeople({ as }: { as: string | undefined }) {
  const people = useQuery(api.people.demo);
  const { signIn } = useAuthActions();
  const [pending, setPending] = useState<string | null>(null);
  const [error, setError] = useState<Explanation | null>(null);

  // On a demo desk the backend's refusal can only mean that the id is nobody's.
  const refused = (caught: unknown): Explanation => {
    const found = explain(caught);
    if (found.desk?.code !== "demoOff") return found;
    const message = "No demo person of this desk has this id. Nobody was signed in. Choose one of the people below.";
    return { ...found, title: "There is no such demo person", message };
  };
  const become = (id: string) => {
    if (pending !== null) return;
    setPending(id);
    setError(null);
    signIn("desk", { demoPersonId: id }).catch((caught: unknown) => {
      setPending(null);
      setError(refused(caught));
    });
  };

  // A window opened for another person arrives with their id: no second click.
  const arrived = useRef(false);
  useEffect(() => {
    if (as === undefined || arrived.current) return;
    arrived.current = true;
    become(as);
  });

  return (
    <>
      <div className="mb-5">
        <h2 className="text-base font-semibold">Who would you like to be?</h2>
        <p className="mt-1 text-muted-foreground">
          This is a demo workspace with made-up people and no passwords. Every window may be somebody else: open a second
          one to send a request as one person and decide it as another.
        </p>
      </div>
      {error !== null && <ErrorNote error={error} className="mb-5" />}
      {people === undefined ? (
        <div role="status" className="grid gap-2 sm:grid-cols-2">
          <span className="sr-only">Loading the demo people</span>
          {Array.from({ length: 6 }, (_, index) => (
            <Skeleton key={index} className="h-15" />
          ))}
        </div>
      ) : (
        <div className="flex flex-col gap-6">
          {GROUPS.map((group) => {
            const members = people.filter((person) => person.roles[0] === group.role);
            if (members.length === 0) return null;
            return (
              <section key={group.role} aria-labelledby={`group-${group.role}`}>
                <h3 id={`group-${group.role}`} className="mb-2 text-sm">
                  <span className="font-semibold">{group.plural}</span>{" "}
                  <span className="text-muted-foreground">{group.does}</span>
                </h3>
                <ul className="grid gap-2 sm:grid-cols-2 lg:grid-cols-3">
                  {members.map((person) => (
                    <li key={person.id}>
                      <PersonCard person={person} pending={pending} onChoose={() => become(person.id)} />
                    </li>
                  ))}
                </ul>
              </section>
            );
          })}
        </div>
      )}
    </>
  );
}

function PersonCard(props: { person: DemoPerson; pending: string | null; onChoose: () => void }) {
  const { person, pending } = props;
  const busy = pending === person.id;
  return (
    <button
      type="button"
      aria-label={`${person.name}, ${person.title}, ${person.roles.map((role) => ROLE_WORDS[role]).join(", ")}`}
      aria-busy={busy}
      disabled={pending !== null}
      onClick={props.onChoose}
      className="flex w-full items-center gap-3 rounded-lg border bg-card p-3 text-left transition-colors hover:border-input hover:bg-accent disabled:opacity-60"
    >
      <Initials initials={person.initials} className="size-9" />
      <span className="min-w-0 flex-1">
        <span className="block truncate font-medium">{person.name}</span>
        <span className="block truncate text-muted-foreground">{person.title}</span>
      </span>
      {busy && <LoaderCircleIcon aria-hidden className="size-4 animate-spin text-muted-foreground" />}
    </button>
  );
}
