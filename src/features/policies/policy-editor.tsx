import { api } from "@convex/_generated/api";
import { checkPolicy } from "@convex/shared/policy/check";
import type { Policy } from "@convex/shared/policy/types";
import type { Problem } from "@convex/shared/time/problem";
import { useNavigate } from "@tanstack/react-router";
import { useMutation } from "convex/react";
import { GitCompareArrowsIcon } from "lucide-react";
import { useDeferredValue, useMemo, useState } from "react";
import { toast } from "sonner";
import { Page } from "@/components/page";
import { Alert, AlertDescription, AlertTitle } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Card, CardContent, CardHeader, CardTitle } from "@/components/ui/card";
import { explain } from "@/lib/errors";
import { useNow } from "@/lib/now";
import { useOnce } from "@/lib/use-once";
import { useViewer } from "@/lib/viewer";
import { DryRunCard } from "./dry-run-card";
import { type Editing, EditingProvider } from "./editing";
import { readingNames, surroundingsOf } from "./naming";
import { PolicyForm } from "./policy-form";
import { PolicyReading } from "./policy-reading";
import { jumpTo, ProblemsList } from "./problems-list";
import { SaveDialog } from "./save-dialog";
import type { PolicyNames, PolicyPage } from "./types";
import { useDraft } from "./use-draft";

/** A policy as a form, with its reading, its problems and a dry run beside it. */
export function PolicyEditor({ page, names }: { page: PolicyPage; names: PolicyNames }) {
  const viewer = useViewer();
  const navigate = useNavigate();
  const save = useMutation(api.policies.save);
  const { draft, changed, change, rebase, discard } = useDraft(viewer.id, page);
  const { run, pending, error, clear } = useOnce();
  const [asking, setAsking] = useState(false);
  const [refused, setRefused] = useState<{ policy: Policy; problems: Problem[] } | null>(null);
  const { policy } = draft;
  const now = useNow("slow");
  const later = useDeferredValue(policy);
  const words = useMemo(() => readingNames(names, page), [names, page]);
  const problems = useMemo(() => {
    const found = checkPolicy(later, surroundingsOf(names, page, now));
    // What only the server knows stays until something is changed.
    const more = refused?.policy === later ? refused.problems : [];
    return [...found, ...more.filter(({ field }) => !found.some((one) => one.field === field))];
  }, [later, names, page, refused, now]);
  const isStale = draft.basedOn !== page.version;
  const editing: Editing = { policy, problems, words, names, fields: page.fields };

  const leave = () => navigate({ to: "/policies/$playbook", params: { playbook: page.playbook }, search: {} });
  const confirm = () =>
    run(async () => {
      try {
        const { version } = await save({ playbook: page.playbook, policy, basedOn: draft.basedOn });
        discard();
        toast.success(`Version ${version} is in force for new requests.`);
        await leave();
      } catch (caught) {
        const found = problemsOf(caught);
        if (found.length === 0) throw caught;
        setRefused({ policy, problems: found });
        setAsking(false);
        jumpTo(found[0]?.field ?? "");
      }
    });

  return (
    <EditingProvider value={editing}>
      <Page title={`Edit policy: ${page.title}`} lead={<Kept changed={changed} />} className="max-w-7xl">
        <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_minmax(0,26rem)]">
          <PolicyForm policy={policy} revokedRuleIds={page.revokedRuleIds} onChange={change} />
          <div className="flex min-w-0 flex-col gap-4 lg:sticky lg:top-4 lg:max-h-[calc(100dvh-6rem)] lg:overflow-y-auto">
            {isStale && (
              <Alert variant="warning" role="alert">
                <GitCompareArrowsIcon aria-hidden />
                <AlertTitle>
                  Version {page.version} was saved by {page.savedBy} since you began
                </AlertTitle>
                <AlertDescription>
                  <p>Your changes are to version {draft.basedOn} and are kept. Put them on top, or begin again.</p>
                  <div className="flex flex-wrap gap-2">
                    <Button variant="outline" size="sm" onClick={() => rebase(page.version)}>
                      Keep mine, replace theirs
                    </Button>
                    <Button variant="outline" size="sm" onClick={discard}>
                      Discard mine
                    </Button>
                  </div>
                </AlertDescription>
              </Alert>
            )}
            <ProblemsList problems={problems} />
            <div className="flex flex-wrap gap-2">
              <Button
                disabled={!changed || problems.length > 0 || isStale || later !== policy}
                onClick={() => {
                  clear();
                  setAsking(true);
                }}
              >
                Save…
              </Button>
              <Button variant="outline" onClick={() => void leave()}>
                Close
              </Button>
              {changed && (
                <Button variant="ghost" onClick={discard}>
                  Discard changes
                </Button>
              )}
            </div>
            <Card aria-labelledby="reading-title">
              <CardHeader>
                <CardTitle id="reading-title">What it says</CardTitle>
              </CardHeader>
              <CardContent>
                <PolicyReading policy={later} words={words} revokedRuleIds={page.revokedRuleIds} />
              </CardContent>
            </Card>
            <DryRunCard
              playbook={page.playbook}
              policy={policy}
              blockedBy={problems.length > 0 ? "Correct the policy first." : null}
            />
          </div>
        </div>
        <SaveDialog
          open={asking}
          onOpenChange={setAsking}
          before={page}
          after={policy}
          pending={pending}
          error={error}
          onSave={() => void confirm()}
        />
      </Page>
    </EditingProvider>
  );
}

function Kept({ changed }: { changed: boolean }) {
  return changed
    ? "Unsaved changes. They are kept in this browser until you save or discard them."
    : "Nothing is changed yet. What you change is kept in this browser until you save it.";
}

/** The problems by field that a refused save names; [] for every other failure. */
function problemsOf(caught: unknown): Problem[] {
  const problems = explain(caught).desk?.["problems"];
  return Array.isArray(problems) ? problems : [];
}
