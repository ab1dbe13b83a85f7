import {
  ArrowUpIcon,
  BanIcon,
  CircleCheckIcon,
  CircleDashedIcon,
  CircleDotIcon,
  CircleXIcon,
  type LucideIcon,
  MessageCircleReplyIcon,
  PenLineIcon,
  Undo2Icon,
  ZapIcon,
} from "lucide-react";
import { Countdown, TimeAgo } from "@/components/time";
import { Card, CardHeader, CardTitle } from "@/components/ui/card";
import { capitalized } from "@/lib/format";
import { cn } from "@/lib/utils";
import type { RequestPage, Stage } from "./types";

const LOOKS: Record<Stage["status"], { word: string; icon: LucideIcon; tone: string }> = {
  approved: { word: "Approved", icon: CircleCheckIcon, tone: "text-success" },
  escalated: { word: "Escalated", icon: ArrowUpIcon, tone: "text-warning" },
  edited: { word: "Edited, begun again", icon: PenLineIcon, tone: "text-muted-foreground" },
  rejected: { word: "Rejected", icon: CircleXIcon, tone: "text-destructive" },
  changesRequested: { word: "Changes requested", icon: Undo2Icon, tone: "text-warning" },
  answered: { word: "Answered", icon: MessageCircleReplyIcon, tone: "text-success" },
  stopped: { word: "Stopped", icon: BanIcon, tone: "text-muted-foreground" },
  open: { word: "Waiting", icon: CircleDotIcon, tone: "text-primary" },
  ahead: { word: "Still ahead", icon: CircleDashedIcon, tone: "text-muted-foreground" },
};

const VOTES = { approve: "approved", reject: "rejected", requestChanges: "asked for changes" } as const;

/**
 * How far the review has come: the stages of the newest one in order, whom each asks, and who has voted; or the rule that
 * approved without a person. Nothing before either.
 */
export function StagesCard({ page, className }: { page: RequestPage; className?: string }) {
  const { stages, request } = page;
  const ruled = page.timeline.findLast(({ kind }) => kind === "autoApproved");
  if (stages.length === 0 && ruled === undefined) return null;
  // A stage that was escalated or begun again has another in its place.
  const counted = stages.filter(({ status }) => status !== "escalated" && status !== "edited");
  const passed = counted.filter(({ status }) => status === "approved").length;
  return (
    <Card className={className} aria-labelledby="stages-title">
      <CardHeader>
        <CardTitle id="stages-title">Stages</CardTitle>
        <span className="text-xs text-muted-foreground">
          {counted.length > 1 && `${passed} of ${counted.length} approved · `}
          <span title={`Version ${request.policy.version} of the policy`}>
            {request.policy.name} v{request.policy.version}
          </span>
        </span>
      </CardHeader>
      {stages.length === 0 && (
        <p className="flex gap-3 px-4 py-3">
          <ZapIcon aria-hidden className="mt-0.5 size-4 shrink-0 text-success" />
          <span className="min-w-0">{capitalized(ruled?.text ?? "")}.</span>
        </p>
      )}
      <ol className="px-4 py-3 empty:hidden">
        {stages.map((stage, index) => (
          // A stage can be there twice: once before an edit, once after. Their order never changes.
          <StageStep key={index} stage={stage} last={index === stages.length - 1} />
        ))}
      </ol>
    </Card>
  );
}

function StageStep({ stage, last }: { stage: Stage; last: boolean }) {
  const { word, icon: Icon, tone } = LOOKS[stage.status];
  const open = stage.status === "open";
  return (
    <li aria-current={open ? "step" : undefined} className="grid grid-cols-[1rem_minmax(0,1fr)] gap-x-3">
      <span className="flex flex-col items-center">
        <Icon aria-hidden className={cn("mt-0.5 size-4 shrink-0", tone)} />
        {!last && <span aria-hidden className="my-1 w-px flex-1 bg-border" />}
      </span>
      <div className={cn("min-w-0", !last && "pb-3")}>
        <p className="flex flex-wrap items-baseline justify-between gap-x-3">
          <span className={cn("font-medium", stage.status === "ahead" && "text-muted-foreground")}>{stage.name}</span>
          {open && stage.dueAt !== null ? (
            <Countdown dueAt={stage.dueAt} className="text-xs" />
          ) : (
            stage.endedAt !== null && <TimeAgo at={stage.endedAt} className="text-xs text-muted-foreground" />
          )}
        </p>
        <p className="text-xs text-muted-foreground">
          <span className={cn("font-medium", tone)}>{word}</span>
          {stage.by !== null && ` by ${stage.by}`} ·{" "}
          {isOver(stage) ? `asked ${stage.asks.join(", ")}` : `asks ${stage.asks.join(", ")}. ${stage.quorum}.`}
        </p>
        {stage.note !== null && <p className="verbatim mt-1 text-xs">{stage.note}</p>}
        {stage.votes.length > 0 && (open || stage.votes.length > 1) && (
          <ul aria-label="Votes" className="mt-1 flex flex-col gap-0.5 text-xs">
            {stage.votes.map((vote) => (
              <li key={vote.by} className="flex items-baseline gap-1.5">
                <VoteIcon kind={vote.verdict.kind} />
                <span>
                  {vote.by} {VOTES[vote.verdict.kind]} <TimeAgo at={vote.at} className="text-muted-foreground" />
                </span>
              </li>
            ))}
          </ul>
        )}
      </div>
    </li>
  );
}

function isOver({ status }: Stage): boolean {
  return status !== "open" && status !== "ahead";
}

function VoteIcon({ kind }: { kind: keyof typeof VOTES }) {
  const { icon: Icon, tone } =
    LOOKS[kind === "approve" ? "approved" : kind === "reject" ? "rejected" : "changesRequested"];
  return <Icon aria-hidden className={cn("size-3.5 shrink-0 translate-y-0.5", tone)} />;
}
