import type { AuditEvent } from "@convex/shared/audit/event";
import {
  ArchiveIcon,
  ArrowUpIcon,
  BanIcon,
  BellIcon,
  BookOpenCheckIcon,
  CircleAlertIcon,
  CircleCheckIcon,
  CirclePlayIcon,
  CirclePauseIcon,
  DownloadIcon,
  EraserIcon,
  FlaskConicalIcon,
  FlaskConicalOffIcon,
  GavelIcon,
  HourglassIcon,
  KeyRoundIcon,
  LinkIcon,
  LogInIcon,
  LogOutIcon,
  type LucideIcon,
  MailXIcon,
  MessageCircleQuestionIcon,
  MessageSquareIcon,
  OctagonXIcon,
  PenLineIcon,
  PlaneIcon,
  RepeatIcon,
  RotateCwIcon,
  SendIcon,
  ShieldCheckIcon,
  ShieldOffIcon,
  ShieldXIcon,
  SparklesIcon,
  SquarePenIcon,
  StepForwardIcon,
  TagIcon,
  TimerOffIcon,
  Undo2Icon,
  UserMinusIcon,
  UserRoundCheckIcon,
  UserRoundCogIcon,
  UserRoundPlusIcon,
  UsersIcon,
  VoteIcon,
  ZapIcon,
} from "lucide-react";
import { cn } from "@/lib/utils";

const LOOKS: Record<AuditEvent["kind"], { word: string; icon: LucideIcon }> = {
  demoEnabled: { word: "Demo", icon: FlaskConicalIcon },
  policySaved: { word: "Policy", icon: BookOpenCheckIcon },
  ruleRevoked: { word: "Rule revoked", icon: ShieldOffIcon },
  groupCreated: { word: "Group created", icon: UsersIcon },
  groupRenamed: { word: "Group renamed", icon: UsersIcon },
  memberAdded: { word: "Joined a group", icon: UserRoundPlusIcon },
  memberRemoved: { word: "Left a group", icon: UserMinusIcon },
  submitted: { word: "Submitted", icon: SquarePenIcon },
  triaged: { word: "Sorted", icon: TagIcon },
  drafted: { word: "Drafted", icon: SparklesIcon },
  questioned: { word: "Asked a question", icon: MessageCircleQuestionIcon },
  autoApproved: { word: "Approved by a rule", icon: ZapIcon },
  taskOpened: { word: "Asked", icon: HourglassIcon },
  voted: { word: "Vote", icon: VoteIcon },
  edited: { word: "Edited", icon: PenLineIcon },
  stagePassed: { word: "Stage passed", icon: StepForwardIcon },
  escalated: { word: "Escalated", icon: ArrowUpIcon },
  joined: { word: "More people asked", icon: UsersIcon },
  delegated: { word: "Delegated", icon: UserRoundPlusIcon },
  reminded: { word: "Reminder", icon: BellIcon },
  decided: { word: "Decided", icon: GavelIcon },
  expired: { word: "Expired", icon: TimerOffIcon },
  undone: { word: "Undone", icon: Undo2Icon },
  revoked: { word: "Approval revoked", icon: ShieldOffIcon },
  commented: { word: "Comment", icon: MessageSquareIcon },
  brakeOn: { word: "Brake on", icon: OctagonXIcon },
  brakeOff: { word: "Brake off", icon: CirclePlayIcon },
  held: { word: "Held back", icon: CirclePauseIcon },
  away: { word: "Away", icon: PlaneIcon },
  back: { word: "Back", icon: LogInIcon },
  demoLeft: { word: "Demo", icon: FlaskConicalOffIcon },
  invited: { word: "Invited", icon: UserRoundPlusIcon },
  madeAdmin: { word: "Admin", icon: ShieldCheckIcon },
  linkMade: { word: "Link", icon: LinkIcon },
  linkUsed: { word: "Link used", icon: LinkIcon },
  mailFailed: { word: "E-mail failed", icon: MailXIcon },
  passwordChanged: { word: "Password", icon: KeyRoundIcon },
  signedIn: { word: "Signed in", icon: LogInIcon },
  signInFailed: { word: "Sign-in refused", icon: ShieldXIcon },
  sessionsEnded: { word: "Session ended", icon: LogOutIcon },
  signedOut: { word: "Signed out", icon: LogOutIcon },
  calledBack: { word: "Absence ended", icon: LogInIcon },
  personChanged: { word: "Person", icon: PenLineIcon },
  rolesChanged: { word: "Roles", icon: UserRoundCogIcon },
  personRestored: { word: "Restored", icon: UserRoundCheckIcon },
  personRemoved: { word: "Deactivated", icon: UserMinusIcon },
  roundsEnded: { word: "Out of rounds", icon: RepeatIcon },
  performing: { word: "Performing", icon: SendIcon },
  performed: { word: "Performed", icon: CircleCheckIcon },
  failed: { word: "Failed", icon: CircleAlertIcon },
  retried: { word: "Retried", icon: RotateCwIcon },
  withdrawn: { word: "Withdrawn", icon: Undo2Icon },
  canceled: { word: "Canceled", icon: BanIcon },
  exportBegun: { word: "Export begun", icon: DownloadIcon },
  keyAdded: { word: "Signing key", icon: KeyRoundIcon },
  sealed: { word: "Sealed", icon: ArchiveIcon },
  contentErased: { word: "Erased", icon: EraserIcon },
  erasureBegun: { word: "Erasing", icon: EraserIcon },
  erased: { word: "Erased", icon: EraserIcon },
  exported: { word: "Exported", icon: DownloadIcon },
};

const ACTORS = { person: "a person", agent: "an agent", desk: "the desk itself" } as const;

/** What a kind of event is called, for choices. */
export function eventWord(kind: AuditEvent["kind"]): string {
  return LOOKS[kind].word;
}

/** What happened, as a sign; its ground says whether a person, an agent or the desk's own rules did it. */
export function EventIcon(props: { kind: AuditEvent["kind"]; actor: keyof typeof ACTORS; className?: string }) {
  const { word, icon: Icon } = LOOKS[props.kind];
  const words = `${word}, by ${ACTORS[props.actor]}`;
  return (
    <span
      title={words}
      className={cn(
        "flex size-5 shrink-0 items-center justify-center rounded-full border",
        props.actor === "agent" ? "border-dashed border-agent-border bg-agent text-agent-foreground" : "bg-card",
        props.actor === "desk" && "text-muted-foreground",
        props.className,
      )}
    >
      <Icon aria-hidden className="size-3" />
      <span className="sr-only">{words}: </span>
    </span>
  );
}
