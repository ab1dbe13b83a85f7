import { BotIcon, CogIcon, UserIcon } from "lucide-react";
import { cn } from "@/lib/utils";

const ICONS = { person: UserIcon, agent: BotIcon, desk: CogIcon } as const;
const WORDS = { person: "Person", agent: "Agent", desk: "The desk itself" } as const;

/** Whether a person, an agent or the desk's own rules did something. */
export function ActorIcon({ kind, className }: { kind: keyof typeof ICONS; className?: string }) {
  const Icon = ICONS[kind];
  return (
    <span
      title={WORDS[kind]}
      className={cn(
        "flex size-5 shrink-0 items-center justify-center rounded-full border",
        kind === "agent" ? "border-dashed border-agent-border bg-agent text-agent-foreground" : "bg-card",
        kind === "desk" && "text-muted-foreground",
        className,
      )}
    >
      <Icon aria-hidden className="size-3" />
      <span className="sr-only">{WORDS[kind]}</span>
    </span>
  );
}
