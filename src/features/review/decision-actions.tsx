import { conflictText } from "@convex/shared/review/conflicts";
import {
  AlarmClockIcon,
  ArrowUpIcon,
  CheckIcon,
  EllipsisIcon,
  MessageCircleReplyIcon,
  PencilIcon,
  Undo2Icon,
  UserRoundPlusIcon,
  XIcon,
} from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "@/components/ui/button";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from "@/components/ui/dropdown-menu";
import { Kbd } from "@/components/ui/kbd";
import { reasonOf } from "@/lib/sentences";
import { APPROVE_NOT } from "./decision-line";
import { inAnHour, tomorrowAtNine } from "./snooze-times";
import type { RequestPage, Task } from "./types";
import type { Panel } from "./use-bar";
import type { Decision } from "./use-decision";

/** What the buttons and keys of the decision bar do at once, and what they open. Times are in ms since 1970. */
export type Commands = {
  approve: () => Promise<void>;
  undo: () => Promise<void>;
  /** Hides the task from the person's inbox until then; null shows it again. */
  snooze: (until: number | null) => Promise<void>;
  show: (panel: Panel) => void;
};

/** What an edit of the draft shown would be called: under four eyes it does not approve. */
export function editWords(may: RequestPage["may"]): string {
  return may.editApproves ? "Edit and approve" : "Edit and pass on";
}

type ActionsProps = { page: RequestPage; task: Task; decision: Decision; commands: Commands };

/** The verdicts, always in reach, and everything else in a menu beside them. A question is answered or rejected. */
export function DecisionActions(props: ActionsProps) {
  return props.page.may.answer ? <AnswerActions {...props} /> : <DraftActions {...props} />;
}

function AnswerActions({ page, task, decision, commands }: ActionsProps) {
  const { pending } = decision;
  return (
    <div className="flex w-full gap-2 @2xl:w-auto">
      <MoreMenu page={page} task={task} pending={pending} commands={commands} />
      <RejectButton page={page} pending={pending} commands={commands} />
      <Button className="flex-1 px-3" disabled={pending} onClick={() => commands.show("requestChanges")}>
        <MessageCircleReplyIcon aria-hidden />
        Answer
        <KeyHint>c</KeyHint>
      </Button>
    </div>
  );
}

function DraftActions(props: ActionsProps) {
  const { page, task, decision, commands } = props;
  const { pending, sending } = decision;
  const { may } = page;
  return (
    <div className="flex w-full gap-2 @2xl:w-auto">
      <MoreMenu page={page} task={task} pending={pending} commands={commands} />
      <Button
        variant="outline"
        className="hidden px-3 @4xl:inline-flex"
        disabled={pending}
        onClick={() => commands.show("edit")}
      >
        <PencilIcon aria-hidden />
        Edit
        <KeyHint>e</KeyHint>
      </Button>
      <Button
        variant="outline"
        className="flex-1 px-2 @lg:px-3"
        aria-label="Request changes"
        disabled={pending}
        onClick={() => commands.show("requestChanges")}
      >
        <Undo2Icon aria-hidden className="hidden @lg:block" />
        <span>
          <span className="hidden @lg:inline">Request changes</span>
          <span className="@lg:hidden">Changes</span>
        </span>
        <KeyHint>c</KeyHint>
      </Button>
      <RejectButton page={page} pending={pending} commands={commands} />
      <Button
        className="flex-1 px-2 has-[>svg]:px-2 @lg:has-[>svg]:px-3"
        disabled={pending || may.approveNot !== null || may.voted !== null}
        aria-busy={sending === "approve"}
        aria-describedby={may.approveNot === null ? undefined : APPROVE_NOT}
        onClick={() => void commands.approve()}
      >
        <CheckIcon aria-hidden />
        {sending === "approve" ? "Approving…" : may.voted === "approve" ? "Approved" : "Approve"}
        <KeyHint>a</KeyHint>
      </Button>
    </div>
  );
}

function RejectButton({ page, pending, commands }: { page: RequestPage; pending: boolean; commands: Commands }) {
  const objected = page.may.voted === "reject";
  return (
    <Button
      variant="outline"
      className="flex-1 px-2 text-destructive hover:text-destructive @lg:px-3"
      disabled={pending || objected}
      onClick={() => commands.show("reject")}
    >
      <XIcon aria-hidden className="hidden @lg:block" />
      {objected ? "Rejected" : "Reject"}
      <KeyHint>r</KeyHint>
    </Button>
  );
}

function MoreMenu(props: { page: RequestPage; task: Task; pending: boolean; commands: Commands }) {
  const { page, task, pending, commands } = props;
  const { may } = page;
  return (
    <DropdownMenu modal={false}>
      <DropdownMenuTrigger asChild>
        <Button variant="outline" size="icon" disabled={pending} aria-label="More ways to decide">
          <EllipsisIcon aria-hidden />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent side="top" align="start" className="w-72">
        {!may.answer && (
          <Item icon={<PencilIcon aria-hidden />} keyName="e" onSelect={() => commands.show("edit")}>
            {editWords(may)}
          </Item>
        )}
        <Item
          icon={<UserRoundPlusIcon aria-hidden />}
          keyName="d"
          disabled={!may.delegate}
          why={may.delegate ? null : reasonOf(conflictText("nothingToHandOver"))}
          onSelect={() => commands.show("delegate")}
        >
          Delegate
        </Item>
        <Item icon={<ArrowUpIcon aria-hidden />} disabled={!may.escalate} onSelect={() => commands.show("escalate")}>
          Escalate
        </Item>
        {may.snooze && <SnoozeItems snoozed={task.snoozedUntil !== null} commands={commands} />}
      </DropdownMenuContent>
    </DropdownMenu>
  );
}

/** Ways to put a task off in one's own inbox. */
export function SnoozeItems(props: { snoozed: boolean; commands: Commands }) {
  const { snooze, show } = props.commands;
  const icon = <AlarmClockIcon aria-hidden />;
  return (
    <>
      <DropdownMenuSeparator />
      <DropdownMenuLabel>Snooze · the deadline stays</DropdownMenuLabel>
      {props.snoozed && (
        <Item icon={icon} onSelect={() => void snooze(null)}>
          Show it again now
        </Item>
      )}
      <Item icon={icon} onSelect={() => void snooze(inAnHour(Date.now()))}>
        For an hour
      </Item>
      <Item icon={icon} onSelect={() => void snooze(tomorrowAtNine(Date.now()))}>
        Until tomorrow, 9:00
      </Item>
      <Item icon={icon} onSelect={() => show("snooze")}>
        Until…
      </Item>
    </>
  );
}

function Item(props: {
  icon: ReactNode;
  children: ReactNode;
  keyName?: string;
  disabled?: boolean;
  why?: string | null;
  onSelect: () => void;
}) {
  return (
    <DropdownMenuItem disabled={props.disabled ?? false} onSelect={props.onSelect}>
      {props.icon}
      <span className="min-w-0 flex-1">
        {props.children}
        {props.why != null && <span className="block text-xs">{props.why}</span>}
      </span>
      {props.keyName !== undefined && <KeyHint>{props.keyName}</KeyHint>}
    </DropdownMenuItem>
  );
}

function KeyHint({ children }: { children: string }) {
  return (
    <Kbd aria-hidden className="hidden lg:inline-flex">
      {children}
    </Kbd>
  );
}
