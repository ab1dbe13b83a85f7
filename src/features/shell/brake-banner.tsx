import { api } from "@convex/_generated/api";
import { useQuery } from "convex/react";
import { OctagonXIcon } from "lucide-react";
import { TimeAgo } from "@/components/time";
import { Button } from "@/components/ui/button";
import { usePlaybookTitles } from "@/lib/use-playbook-titles";

/** Says for as long as a brake is on what is stopped, by whom and why. `onOpen`, for who may let it go on. */
export function BrakeBanner({ onOpen }: { onOpen: (() => void) | null }) {
  const brakes = useQuery(api.brake.list, {}) ?? [];
  const titleOf = usePlaybookTitles(brakes.some(({ playbook }) => playbook !== null));
  return (
    <div role="status" className="shrink-0">
      {brakes.map(({ playbook, by, reason, at }) => (
        <div
          key={playbook ?? ""}
          className="flex items-start justify-center gap-2 border-b border-destructive/35 bg-destructive/8 px-4 py-1.5 text-xs sm:items-center"
        >
          <OctagonXIcon aria-hidden className="mt-px size-3.5 shrink-0 text-destructive sm:mt-0" />
          <p className="min-w-0">
            <span className="font-medium">
              {playbook === null ? "The whole desk" : `“${titleOf(playbook)}”`} is stopped:
            </span>{" "}
            <span className="verbatim line-clamp-3 inline">{reason}</span>{" "}
            <span className="text-muted-foreground">
              {by}, <TimeAgo at={at} />. Nothing is performed; drafting and deciding go on.
            </span>
          </p>
          {onOpen !== null && (
            <Button variant="outline" size="sm" className="h-6 shrink-0 px-2 text-xs" onClick={onOpen}>
              Brake
            </Button>
          )}
        </div>
      ))}
    </div>
  );
}
