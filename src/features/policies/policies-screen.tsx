import { api } from "@convex/_generated/api";
import { Link } from "@tanstack/react-router";
import { useQuery } from "convex/react";
import { ChevronRightIcon } from "lucide-react";
import { ListSkeleton, Page } from "@/components/page";
import { TimeAgo } from "@/components/time";
import { Card } from "@/components/ui/card";
import { useTitle } from "@/lib/title";

/** Every playbook's policy. */
export function PoliciesScreen() {
  useTitle("Policies");
  const rows = useQuery(api.policies.list, {});
  return (
    <Page
      title="Policies"
      lead="Who must decide about what the agents draft, how many, in which order, by when, and what happens if nobody does."
    >
      <div className="flex flex-col gap-6">
        <Card aria-label="Policies by playbook">
          {rows === undefined ? (
            <ListSkeleton rows={3} label="Loading the policies" />
          ) : (
            <ul className="divide-y">
              {rows.map((row) => (
                <li key={row.playbook}>
                  <Link
                    to="/policies/$playbook"
                    params={{ playbook: row.playbook }}
                    search={{}}
                    className="flex items-center gap-4 px-4 py-3 hover:bg-accent focus-visible:outline-offset-[-2px]"
                  >
                    <span className="flex min-w-0 flex-1 flex-col gap-0.5">
                      <span className="font-medium">{row.title}</span>
                      <span className="text-muted-foreground">{row.description}</span>
                      <span className="text-xs text-muted-foreground">
                        {row.savedAt === null ? (
                          "As the playbook comes"
                        ) : (
                          <>
                            Version {row.version}, saved by {row.savedBy}, <TimeAgo at={row.savedAt} />
                          </>
                        )}
                      </span>
                    </span>
                    <ChevronRightIcon aria-hidden className="size-4 shrink-0 text-muted-foreground" />
                  </Link>
                </li>
              ))}
            </ul>
          )}
        </Card>
        <p className="text-muted-foreground">
          Policies name people, roles and groups.{" "}
          <Link to="/people" search={{}} className="text-primary underline underline-offset-4">
            Groups and their members are under People.
          </Link>
        </p>
      </div>
    </Page>
  );
}
