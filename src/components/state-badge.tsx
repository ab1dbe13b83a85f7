import type { TaskOutcome } from "@convex/shared/records";
import type { LifeKind } from "@convex/shared/review/life";
import {
  ArrowUpIcon,
  BanIcon,
  CircleCheckIcon,
  CircleXIcon,
  HourglassIcon,
  type LucideIcon,
  MessageCircleQuestionIcon,
  MessageCircleReplyIcon,
  PenLineIcon,
  RepeatIcon,
  SendIcon,
  StampIcon,
  TimerOffIcon,
  TriangleAlertIcon,
  Undo2Icon,
  UserCheckIcon,
  UserXIcon,
} from "lucide-react";
import type { ComponentProps } from "react";
import { Badge } from "@/components/ui/badge";

type Variant = ComponentProps<typeof Badge>["variant"];
type Look = { word: string; icon: LucideIcon; variant: Variant };

/** Who or what rejected a request; the words differ, because what to do next differs. */
export type RejectedBy = "person" | "deadline" | "rounds" | "revocation" | "nobodyLeft" | "peopleChanged";

const REQUEST: Record<Exclude<LifeKind, "rejected">, Look> = {
  drafting: { word: "Drafting", icon: PenLineIcon, variant: "primary" },
  inReview: { word: "In review", icon: UserCheckIcon, variant: "warning" },
  decided: { word: "Decided", icon: HourglassIcon, variant: "warning" },
  changesRequested: { word: "Changes requested", icon: Undo2Icon, variant: "warning" },
  approved: { word: "Approved", icon: StampIcon, variant: "success" },
  performing: { word: "Performing", icon: SendIcon, variant: "primary" },
  completed: { word: "Completed", icon: CircleCheckIcon, variant: "success" },
  withdrawn: { word: "Withdrawn", icon: Undo2Icon, variant: "neutral" },
  canceled: { word: "Canceled", icon: BanIcon, variant: "neutral" },
  failed: { word: "Failed", icon: TriangleAlertIcon, variant: "destructive" },
};

const REJECTED: Record<RejectedBy, Look> = {
  person: { word: "Rejected", icon: CircleXIcon, variant: "destructive" },
  deadline: { word: "Expired", icon: TimerOffIcon, variant: "destructive" },
  rounds: { word: "Out of rounds", icon: RepeatIcon, variant: "destructive" },
  revocation: { word: "Approval revoked", icon: BanIcon, variant: "destructive" },
  nobodyLeft: { word: "Nobody to ask", icon: UserXIcon, variant: "destructive" },
  peopleChanged: { word: "Rejected", icon: CircleXIcon, variant: "destructive" },
};

const TASK: Record<TaskOutcome | "open", Look> = {
  open: { word: "Waiting", icon: HourglassIcon, variant: "warning" },
  approved: { word: "Approved", icon: StampIcon, variant: "success" },
  rejected: REJECTED.person,
  changesRequested: REQUEST.changesRequested,
  expired: REJECTED.deadline,
  escalated: { word: "Escalated", icon: ArrowUpIcon, variant: "warning" },
  edited: { word: "Edited", icon: PenLineIcon, variant: "neutral" },
  withdrawn: REQUEST.withdrawn,
  canceled: REQUEST.canceled,
};

function LookBadge({ look }: { look: Look }) {
  const Icon = look.icon;
  return (
    <Badge variant={look.variant}>
      <Icon aria-hidden />
      {look.word}
    </Badge>
  );
}

/** The same where the draft is a question of the agent: asked, and answered. */
const ASKED: Look = { word: "Question", icon: MessageCircleQuestionIcon, variant: "primary" };
const ANSWERED: Look = { word: "Answered", icon: MessageCircleReplyIcon, variant: "success" };

/** Marks a question of an agent among drafts. */
export function QuestionBadge() {
  return <LookBadge look={ASKED} />;
}

/**
 * Where a request is in its life. `rejectedBy` is needed only for kind "rejected"; `question` where its draft is a
 * question.
 */
export function RequestStateBadge(props: { kind: LifeKind; rejectedBy?: RejectedBy; question?: boolean }) {
  const { kind, rejectedBy = "person", question = false } = props;
  if (question && kind === "inReview") return <LookBadge look={ASKED} />;
  if (question && kind === "changesRequested") return <LookBadge look={ANSWERED} />;
  return <LookBadge look={kind === "rejected" ? REJECTED[rejectedBy] : REQUEST[kind]} />;
}

/** How a task ended, or that it still waits; `question` where it asks for an answer. */
export function TaskOutcomeBadge(props: { outcome: TaskOutcome | "open"; question?: boolean }) {
  const { outcome, question = false } = props;
  return <LookBadge look={question && outcome === "changesRequested" ? ANSWERED : TASK[outcome]} />;
}
