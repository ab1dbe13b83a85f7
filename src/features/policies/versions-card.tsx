import { Link } from "@tanstack/react-router";
import { TimeAgo } from "@/components/time";
import { Card, CardHeader, CardTitle } from "@/components/ui/card";
import type { PolicyPage } from "./types";

/** The versions of a policy, newest first. `shown` is the one that is read now. */
export function VersionsCard({ page, shown }: { page: PolicyPage; shown: number }) {
  return (
    <Card aria-labelledby="versions-title">
      <CardHeader>
        <CardTitle id="versions-title">Versions</CardTitle>
      </CardHeader>
      {page.versions.length === 0 ? (
        <p className="p-4 text-muted-foreground">
          This is the policy the playbook comes with. It becomes version 1 with the first request.
        </p>
      ) : (
        <ol className="max-h-80 divide-y overflow-y-auto">
          {page.versions.map(({ version, savedBy, savedAt }) => (
            <li key={version}>
              <Link
                to="/policies/$playbook"
                params={{ playbook: page.playbook }}
                search={version === page.version ? {} : { version }}
                aria-current={version === shown ? "true" : undefined}
                className="flex flex-wrap items-baseline justify-between gap-x-3 px-4 py-2 hover:bg-accent aria-[current=true]:bg-accent aria-[current=true]:font-medium"
              >
                <span>
                  Version {version}
                  {version === page.version && <span className="font-normal text-muted-foreground"> · in force</span>}
                </span>
                <span className="text-xs font-normal text-muted-foreground">
                  {savedBy}, <TimeAgo at={savedAt} />
                </span>
              </Link>
            </li>
          ))}
        </ol>
      )}
    </Card>
  );
}
