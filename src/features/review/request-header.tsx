import { AsWritten } from "@/components/as-written";
import { RiskBadge } from "@/components/risk-badge";
import { RequestStateBadge } from "@/components/state-badge";
import { Countdown } from "@/components/time";
import { Badge } from "@/components/ui/badge";
import { capitalized, duration } from "@/lib/format";
import { EndActions } from "./request-actions";
import type { RequestPage } from "./types";

/** What this is about and where it stands. */
export function RequestHeader({ page }: { page: RequestPage }) {
  const { request, state, triage } = page;
  return (
    <header className="flex flex-wrap items-start justify-between gap-x-4 gap-y-3">
      <div className="min-w-0 flex-1 basis-72">
        <h1 className="verbatim text-lg leading-6 font-semibold tracking-tight">
          <AsWritten text={request.subject} />
        </h1>
        <p className="mt-0.5 text-muted-foreground">
          <span className="[overflow-wrap:anywhere]">{request.from}</span> · {request.playbookTitle}
        </p>
        <p className="mt-2.5 flex flex-wrap items-center gap-2">
          <RequestStateBadge
            kind={state.kind}
            rejectedBy={state.kind === "rejected" ? state.by.kind : "person"}
            question={"question" in state && state.question}
          />
          {triage !== null && (
            <>
              <RiskBadge level={triage.risk.level} score={triage.risk.score} />
              <Badge>{capitalized(triage.category)}</Badge>
            </>
          )}
          {state.kind === "inReview" && page.stages.length > 1 && (
            <Badge variant="outline" title="The stage that is asked now">
              {state.stage}
            </Badge>
          )}
          {state.kind === "inReview" && <Countdown dueAt={state.dueAt} className="text-[13px]" />}
          {state.kind === "drafting" && request.decideWithinMs !== null && (
            <span className="text-xs text-muted-foreground">then {duration(request.decideWithinMs)} to decide</span>
          )}
        </p>
      </div>
      <div className="flex flex-wrap gap-2">
        <EndActions page={page} />
      </div>
    </header>
  );
}
