import { api } from "@convex/_generated/api";
import { Link } from "@tanstack/react-router";
import { useQuery } from "convex/react";
import { BookXIcon, HistoryIcon, PencilIcon, SquarePenIcon } from "lucide-react";
import type { ReactNode } from "react";
import { EmptyState, Page } from "@/components/page";
import { TimeAgo } from "@/components/time";
import { Alert, AlertDescription, AlertTitle } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Card, CardContent, CardHeader, CardTitle } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { useTitle } from "@/lib/title";
import { useViewer } from "@/lib/viewer";
import { DryRunCard } from "./dry-run-card";
import { readingNames } from "./naming";
import { PolicyEditor } from "./policy-editor";
import { PolicyReading } from "./policy-reading";
import type { PolicyNames, PolicyPage, PolicyVersion } from "./types";
import { hasDraft, keepDraft } from "./use-draft";
import { VersionsCard } from "./versions-card";

type Search = { playbook: string; edit: boolean; version: number | undefined };

/** One playbook's policy: what it says, an earlier version, or the form that changes it. */
export function PolicyScreen({ playbook, edit, version }: Search) {
  const page = useQuery(api.policies.get, { playbook });
  const names = useQuery(api.policies.names, {});
  const old = useQuery(api.policies.version, version === undefined ? "skip" : { playbook, version });
  const isAdmin = useViewer().roles.includes("admin");
  useTitle(page?.title === undefined ? "Policy" : `Policy: ${page.title}`);

  if (page === null || old === null)
    return <NoPolicy playbook={playbook} version={version} isPlaybook={page !== null} />;
  if (page === undefined || names === undefined || (version !== undefined && old === undefined)) return <Loading />;
  if (edit && isAdmin) return <PolicyEditor key={page.playbook} page={page} names={names} />;
  return <PolicyView page={page} shown={old ?? page} names={names} isAdmin={isAdmin} />;
}

function PolicyView(props: { page: PolicyPage; shown: PolicyVersion; names: PolicyNames; isAdmin: boolean }) {
  const { page, shown, names, isAdmin } = props;
  const viewer = useViewer();
  const words = readingNames(names, shown);
  const isOld = shown.version !== page.version;
  const params = { playbook: page.playbook };
  const isKept = hasDraft(viewer.id, page.playbook);
  return (
    <Page
      title={`Policy: ${page.title}`}
      lead={<Saved version={shown} />}
      aside={
        isAdmin && !isOld ? (
          <Button asChild>
            <Link to="/policies/$playbook" params={params} search={{ edit: true }}>
              <PencilIcon aria-hidden />
              Edit
            </Link>
          </Button>
        ) : undefined
      }
      className="max-w-6xl"
    >
      <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_minmax(0,24rem)]">
        <div className="flex min-w-0 flex-col gap-4">
          {isOld && (
            <Note
              icon={<HistoryIcon aria-hidden />}
              title={`Version ${shown.version} is no longer in force for new requests`}
            >
              <p>Requests that began with it still follow it.</p>
              <div className="flex flex-wrap gap-2">
                <Button asChild variant="outline" size="sm">
                  <Link to="/policies/$playbook" params={params} search={{}}>
                    Show version {page.version}
                  </Link>
                </Button>
                {isAdmin && !isKept && (
                  <Button asChild variant="outline" size="sm">
                    <Link
                      to="/policies/$playbook"
                      params={params}
                      search={{ edit: true }}
                      onClick={() =>
                        keepDraft(viewer.id, page.playbook, { basedOn: page.version, policy: shown.policy })
                      }
                    >
                      Make a new version of it
                    </Link>
                  </Button>
                )}
              </div>
            </Note>
          )}
          {isAdmin && !isOld && isKept && (
            <Note icon={<SquarePenIcon aria-hidden />} title="You have unsaved changes to this policy">
              <p>They are kept in this browser.</p>
              <Button asChild variant="outline" size="sm">
                <Link to="/policies/$playbook" params={params} search={{ edit: true }}>
                  Go on editing
                </Link>
              </Button>
            </Note>
          )}
          <Card aria-labelledby="reading-title">
            <CardHeader>
              <CardTitle id="reading-title">What it says</CardTitle>
            </CardHeader>
            <CardContent>
              <PolicyReading
                policy={shown.policy}
                words={words}
                revokedRuleIds={shown.revokedRuleIds}
                {...(isAdmin ? { revokeIn: page.playbook } : {})}
              />
            </CardContent>
          </Card>
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          <VersionsCard page={page} shown={shown.version} />
          <DryRunCard key={shown.version} playbook={page.playbook} policy={shown.policy} blockedBy={null} />
        </div>
      </div>
    </Page>
  );
}

function Saved({ version: { version, savedBy, savedAt } }: { version: PolicyVersion }) {
  if (savedAt === null) return "The policy this playbook comes with.";
  return (
    <>
      Version {version}, saved by {savedBy}, <TimeAgo at={savedAt} />
    </>
  );
}

function Note(props: { icon: ReactNode; title: string; children: ReactNode }) {
  return (
    <Alert variant="primary">
      {props.icon}
      <AlertTitle>{props.title}</AlertTitle>
      <AlertDescription>{props.children}</AlertDescription>
    </Alert>
  );
}

function NoPolicy(props: { playbook: string; version: number | undefined; isPlaybook: boolean }) {
  return (
    <EmptyState
      page
      icon={BookXIcon}
      title={props.isPlaybook ? "There is no such version" : "The desk has no such playbook"}
      action={
        <Button asChild variant="outline">
          {props.isPlaybook ? (
            <Link to="/policies/$playbook" params={{ playbook: props.playbook }} search={{}}>
              Show the version in force
            </Link>
          ) : (
            <Link to="/policies">Show all policies</Link>
          )}
        </Button>
      }
    >
      {props.isPlaybook ? `The address names version ${props.version}.` : `The address names “${props.playbook}”.`}{" "}
      Nothing was changed.
    </EmptyState>
  );
}

function Loading() {
  return (
    <div
      role="status"
      className="mx-auto grid w-full max-w-6xl gap-6 px-4 py-6 lg:grid-cols-[minmax(0,1fr)_minmax(0,24rem)]"
    >
      <span className="sr-only">Loading the policy</span>
      <Skeleton className="h-96" />
      <Skeleton className="h-60" />
    </div>
  );
}
