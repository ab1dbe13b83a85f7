import { TimerIcon, TimerOffIcon } from "lucide-react";
import { exactTime, timeAgo, timeLeft, urgency } from "@/lib/format";
import { useNow } from "@/lib/now";
import { cn } from "@/lib/utils";

/** A moment in the past, relative; the exact time on hover. */
export function TimeAgo({ at, className }: { at: number; className?: string }) {
  const now = useNow("slow");
  return (
    <time
      dateTime={new Date(at).toISOString()}
      title={exactTime(at)}
      className={cn("whitespace-nowrap tabular-nums", className)}
    >
      {timeAgo(at, Math.max(now, at))}
    </time>
  );
}

/** Time left until a deadline; turns more pressing as it nears, with an icon and words rather than colour alone. */
export function Countdown({ dueAt, className }: { dueAt: number; className?: string }) {
  const now = useNow("second");
  const level = urgency(dueAt, now);
  const Icon = level === "over" ? TimerOffIcon : TimerIcon;
  return (
    <time
      dateTime={new Date(dueAt).toISOString()}
      title={`Deadline: ${exactTime(dueAt)}`}
      className={cn(
        "inline-flex items-center gap-1 align-bottom whitespace-nowrap tabular-nums",
        level === "calm" && "text-muted-foreground",
        level === "soon" && "text-warning",
        (level === "now" || level === "over") && "font-medium text-destructive",
        className,
      )}
    >
      <Icon aria-hidden className="size-3.5 shrink-0" />
      {level === "over" ? "Deadline passed" : `${timeLeft(dueAt, now)} left`}
    </time>
  );
}
