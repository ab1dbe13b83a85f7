import { isQuestion } from "@convex/shared/actions";
import { ChevronRightIcon, UserIcon } from "lucide-react";
import { ActionDiff, ActionLetter } from "@/components/action-letter";
import { TimeAgo } from "@/components/time";
import { Badge } from "@/components/ui/badge";
import { Card, CardHeader, CardTitle } from "@/components/ui/card";
import { capitalized } from "@/lib/format";
import { comparableWith, draftName } from "./draft-words";
import { VerdictBadge } from "./verdict-badge";
import type { RequestPage } from "./types";

/** Every draft there has been, newest first, each with what changed in it and what people said about it. */
export function RevisionsCard({ page, className }: { page: RequestPage; className?: string }) {
  const { drafts, decisions } = page;
  return (
    <Card className={className} aria-labelledby="revisions-title">
      <CardHeader>
        <CardTitle id="revisions-title">Revisions</CardTitle>
        <span className="text-xs text-muted-foreground tabular-nums">
          Round {page.request.round} of at most {page.request.maxRounds}
        </span>
      </CardHeader>
      <ol className="divide-y">
        {drafts.map((draft) => {
          const previous = comparableWith(draft, drafts);
          const said = decisions.filter((each) => each.revision === draft.revision && !each.undone);
          return (
            <li key={draft.draftId}>
              <details className="group">
                <summary className="flex cursor-pointer list-none flex-wrap items-center gap-x-2 gap-y-1 px-4 py-2.5 hover:bg-accent focus-visible:outline-offset-[-2px] [&::-webkit-details-marker]:hidden">
                  <ChevronRightIcon
                    aria-hidden
                    className="size-4 text-muted-foreground transition-transform group-open:rotate-90"
                  />
                  <span className="font-medium">{capitalized(draftName(draft))}</span>
                  <TimeAgo at={draft.createdAt} className="text-xs text-muted-foreground" />
                  {draft.editedBy !== null && (
                    <Badge variant="outline">
                      <UserIcon aria-hidden />
                      Edited by {draft.editedBy}
                    </Badge>
                  )}
                  {said.map(({ decisionId, by, verdict }) => (
                    <span key={decisionId} title={by}>
                      <VerdictBadge verdict={verdict} question={isQuestion(draft.action)} />
                    </span>
                  ))}
                </summary>
                <div className="border-t bg-muted/40">
                  <p className="px-4 pt-3 text-xs text-muted-foreground sm:px-5">
                    {isQuestion(draft.action)
                      ? "A question of the agent."
                      : previous === null
                        ? "The first draft."
                        : `Marked: what changed since draft ${previous.revision}.`}
                  </p>
                  {previous === null ? (
                    <ActionLetter action={draft.action} />
                  ) : (
                    <ActionDiff before={previous.action} after={draft.action} />
                  )}
                </div>
              </details>
            </li>
          );
        })}
      </ol>
    </Card>
  );
}
