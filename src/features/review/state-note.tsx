import {
  BanIcon,
  CircleCheckIcon,
  CircleXIcon,
  type LucideIcon,
  MessageCircleReplyIcon,
  RepeatIcon,
  TimerOffIcon,
  TriangleAlertIcon,
  Undo2Icon,
  UserXIcon,
} from "lucide-react";
import type { ComponentProps, ReactNode } from "react";
import { TimeAgo } from "@/components/time";
import { Alert, AlertDescription, AlertTitle } from "@/components/ui/alert";
import { RetryButton } from "./request-actions";
import { mayHaveActed } from "./tries";
import type { RequestPage } from "./types";

const STEPS = {
  triage: "sorting the message",
  draft: "drafting",
  perform: "performing the approved action",
} as const;

/** What the state means for whoever looks, where the badge alone does not say it: endings, send-backs and failures. */
export function StateNote({ page }: { page: RequestPage }) {
  const { state } = page;
  switch (state.kind) {
    case "drafting":
    case "inReview":
    case "performing":
      return null;
    // The decision bar says it at the foot of the screen, with the time that is left.
    case "decided":
      return null;
    case "approved":
      return state.held === null ? null : (
        <Note icon={BanIcon} variant="warning" title="Approved, and held back by the brake" at={state.at}>
          <p className="verbatim">“{state.held}”</p>
          <p>Nothing is performed until an admin lets it go on. The approval stands.</p>
        </Note>
      );
    case "changesRequested":
      return state.question ? (
        <Note icon={MessageCircleReplyIcon} variant="success" title={`${state.by} answered the question`} at={state.at}>
          <p className="verbatim">“{state.feedback}”</p>
          <p>The agent goes on with this answer.</p>
        </Note>
      ) : (
        <Note icon={Undo2Icon} variant="warning" title={`${state.by} asked for changes`} at={state.at}>
          <p className="verbatim">“{state.feedback}”</p>
          <p>The agent drafts again with this feedback.</p>
        </Note>
      );
    case "completed":
      return (
        <Note icon={CircleCheckIcon} variant="success" title="Done: performed exactly as approved" at={state.at}>
          <p className="verbatim">{state.detail}</p>
        </Note>
      );
    case "rejected":
      return <RejectedNote by={state.by} at={state.at} />;
    case "withdrawn":
      return (
        <Note icon={Undo2Icon} title={`${state.by} withdrew this request`} at={state.at}>
          <p>{mayHaveActed(page.executions) ?? "Nothing was performed."}</p>
        </Note>
      );
    case "canceled":
      return (
        <Note icon={BanIcon} title={`${state.by} canceled this request`} at={state.at}>
          <p>{mayHaveActed(page.executions) ?? "Nothing was performed."}</p>
        </Note>
      );
    case "failed":
      return (
        <Note icon={TriangleAlertIcon} variant="destructive" title={`Stopped while ${STEPS[state.step]}`} at={state.at}>
          <p className="verbatim">{state.reason}</p>
          <p>
            Everything up to here is kept.{page.may.retry ? "" : " A manager or an admin can retry from this step."}
          </p>
          {page.may.retry && <RetryButton requestId={page.request.requestId} />}
        </Note>
      );
    default:
      return state satisfies never;
  }
}

function RejectedNote({ by, at }: { by: Extract<RequestPage["state"], { kind: "rejected" }>["by"]; at: number }) {
  switch (by.kind) {
    case "person":
      return (
        <Note icon={CircleXIcon} variant="destructive" title={`${by.name} rejected this`} at={at}>
          <p className="verbatim">“{by.reason}”</p>
          <p>Nothing was performed.</p>
        </Note>
      );
    case "deadline":
      return (
        <Note icon={TimerOffIcon} variant="destructive" title="Expired: nobody decided in time" at={at}>
          <p>The deadline rejected it. Nothing was performed. Submit it again if it is still needed.</p>
        </Note>
      );
    case "rounds":
      return (
        <Note icon={RepeatIcon} variant="destructive" title="Rejected: too many rounds of changes" at={at}>
          <p>The last draft allowed was sent back as well. Nothing was performed.</p>
        </Note>
      );
    case "revocation":
      return (
        <Note icon={BanIcon} variant="destructive" title={`${by.name} revoked the approval`} at={at}>
          <p className="verbatim">“{by.reason}”</p>
          <p>Nothing was performed.</p>
        </Note>
      );
    case "nobodyLeft":
      return (
        <Note icon={UserXIcon} variant="destructive" title="Rejected: nobody was left to ask" at={at}>
          <p className="verbatim">{by.reason}</p>
          <p>Nothing was performed. Ask an admin to look at the policy or the people, then submit it again.</p>
        </Note>
      );
    case "peopleChanged":
      return (
        <Note icon={CircleXIcon} variant="destructive" title="Rejected by those who are still asked" at={at}>
          <p>Somebody is no longer asked, and the votes of the others reject it. Nothing was performed.</p>
        </Note>
      );
    default:
      return by satisfies never;
  }
}

function Note(props: {
  icon: LucideIcon;
  variant?: ComponentProps<typeof Alert>["variant"];
  title: string;
  at: number;
  children: ReactNode;
}) {
  const Icon = props.icon;
  return (
    <Alert variant={props.variant}>
      <Icon aria-hidden />
      <AlertTitle>
        {props.title} <TimeAgo at={props.at} className="text-xs font-normal text-muted-foreground" />
      </AlertTitle>
      <AlertDescription>{props.children}</AlertDescription>
    </Alert>
  );
}
