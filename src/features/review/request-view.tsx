import { isQuestion } from "@convex/shared/actions";
import { FileXIcon } from "lucide-react";
import type { ReactNode } from "react";
import { EmptyState } from "@/components/page";
import { Card } from "@/components/ui/card";
import { screensOf, useViewer } from "@/lib/viewer";
import { AgentTimeline } from "./agent-timeline";
import { AuditCard } from "./audit-card";
import { CommentsCard } from "./comments-card";
import { DraftCard, type Feedback, LiveDraftCard } from "./draft-card";
import { comparableWith } from "./draft-words";
import { EventsCard } from "./events-card";
import { ExecutionsCard } from "./executions-card";
import { MessageCard } from "./message-card";
import { ReasonsCard } from "./reasons-card";
import { RequestHeader } from "./request-header";
import { RevisionsCard } from "./revisions-card";
import { StagesCard } from "./stages-card";
import { StateNote } from "./state-note";
import type { RequestPage } from "./types";
import { useAgentThread } from "./use-agent-thread";
import { useLiveDraft } from "./use-live-draft";

/**
 * One request with everything about it. Two columns where there is room: what is proposed and why on the left, what was
 * asked and what happened on the right. `live` shows the draft being written in place of the last finished one.
 */
export function RequestView(props: { page: RequestPage; live: boolean; top?: ReactNode }) {
  const { page } = props;
  const messages = useAgentThread(page.request.threadId);
  const drafting = props.live && page.state.kind === "drafting";
  const written = useLiveDraft(page.request.threadId, drafting);
  const { draft, drafts } = page;
  const audits = screensOf(useViewer().roles).history;

  return (
    <div className="@container">
      <div className="mx-auto flex w-full max-w-6xl flex-col gap-4 px-4 py-4 sm:px-6 sm:py-5">
        {props.top}
        <RequestHeader page={page} />
        <StateNote page={page} />
        <div className="flex flex-col gap-4 @3xl:grid @3xl:grid-cols-[minmax(0,1fr)_20rem] @3xl:items-start @5xl:grid-cols-[minmax(0,1fr)_24rem]">
          {/* In one column the children of both columns share one order, so that the message follows the draft. */}
          <div className="contents @3xl:flex @3xl:min-w-0 @3xl:flex-col @3xl:gap-4">
            <div className="order-1 min-w-0">
              {drafting ? (
                <LiveDraftCard
                  playbook={page.request.playbook}
                  live={written}
                  revision={drafts.length + 1}
                  to={page.request.from}
                  feedback={feedbackOn(page, drafts[0]?.revision)}
                />
              ) : draft === null ? (
                <Card aria-label="Draft">
                  <EmptyState icon={FileXIcon} title="There is no draft">
                    The agents had not finished one when the request stopped. What they did until then is listed here.
                  </EmptyState>
                </Card>
              ) : (
                <DraftCard
                  key={draft.draftId}
                  draft={draft}
                  previous={comparableWith(draft, drafts)}
                  feedback={feedbackOn(page, draft.revision - 1)}
                />
              )}
            </div>
            {!drafting && draft !== null && !isQuestion(draft.action) && (
              <ReasonsCard className="order-3" draft={draft} triage={page.triage} />
            )}
            <CommentsCard className="order-4" page={page} />
            {drafts.length > (drafting ? 0 : 1) && <RevisionsCard className="order-6" page={page} />}
          </div>
          <div className="contents @3xl:flex @3xl:min-w-0 @3xl:flex-col @3xl:gap-4">
            <StagesCard className="order-2" page={page} />
            {page.executions.length > 0 && <ExecutionsCard className="order-2" executions={page.executions} />}
            <MessageCard className="order-2" request={page.request} />
            <AgentTimeline className="order-5" messages={messages} usage={page.usage} />
            <EventsCard className="order-7" events={page.timeline} />
            {audits && <AuditCard className="order-8" page={page} />}
          </div>
        </div>
      </div>
    </div>
  );
}

/** What a person asked to be different about a revision, or answered to it, or null when nobody did. */
function feedbackOn(page: RequestPage, revision: number | undefined): Feedback | null {
  const decision = page.decisions.findLast((each) => each.revision === revision && !each.undone);
  if (decision?.verdict.kind !== "requestChanges") return null;
  const about = page.drafts.find((each) => each.revision === revision)?.action;
  const question = about !== undefined && isQuestion(about) ? about.question : null;
  return { by: decision.by, text: decision.verdict.feedback, at: decision.at, question };
}
