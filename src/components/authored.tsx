import { BotIcon } from "lucide-react";
import type { ReactNode } from "react";
import { Avatar, AvatarFallback } from "@/components/ui/avatar";
import { cn } from "@/lib/utils";

/**
 * The two voices of the desk. An agent's words stand on a tinted ground behind a dashed edge with a bot; a person's
 * words stand on plain ground behind a solid edge with their initials. Nobody should have to wonder who wrote a line.
 */
export function AgentVoice(props: { name: string; aside?: ReactNode; children: ReactNode; className?: string }) {
  return (
    <div className={cn("rounded-md border border-dashed border-agent-border bg-agent", props.className)}>
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1 px-3 pt-2 text-xs">
        <span className="inline-flex items-center gap-1.5 font-medium text-agent-foreground">
          <BotIcon aria-hidden className="size-4" />
          {props.name}
        </span>
        {props.aside !== undefined && <span className="text-muted-foreground">{props.aside}</span>}
      </div>
      <div className="px-3 pt-1 pb-2.5">{props.children}</div>
    </div>
  );
}

/** A person's words. `initials` go into the avatar; `name` is who wrote them. */
export function PersonVoice(props: {
  name: string;
  initials: string;
  aside?: ReactNode;
  children: ReactNode;
  className?: string;
}) {
  return (
    <div className={cn("border-l-2 border-foreground/50 pl-3", props.className)}>
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1 text-xs">
        <Initials initials={props.initials} className="size-6" />
        <span className="min-w-0 font-medium [overflow-wrap:anywhere]">{props.name}</span>
        {props.aside !== undefined && <span className="text-muted-foreground">{props.aside}</span>}
      </div>
      <div className="pt-1.5">{props.children}</div>
    </div>
  );
}

/** A person's initials in a circle; decoration beside their name. */
export function Initials({ initials, className }: { initials: string; className?: string }) {
  return (
    <Avatar aria-hidden className={className}>
      <AvatarFallback className="text-[11px]">{initials}</AvatarFallback>
    </Avatar>
  );
}
