import { api } from "@convex/_generated/api";
import { useQuery } from "convex/react";
import { PlaneIcon } from "lucide-react";
import { Button } from "@/components/ui/button";
import { minuteTime } from "@/lib/format";
import { useNow } from "@/lib/now";

/** Reminds somebody who works all the same that they are out of office, so that no stage asks them. */
export function AwayBanner({ onOpen }: { onOpen: () => void }) {
  const absence = useQuery(api.people.absence, {});
  const now = useNow("slow");
  if (absence == null || absence.from > now || absence.until <= now) return null;
  return (
    <div
      role="status"
      className="flex shrink-0 items-center justify-center gap-2 border-b border-warning/35 bg-warning/8 px-4 py-1.5 text-xs"
    >
      <PlaneIcon aria-hidden className="size-3.5 shrink-0 text-warning" />
      <p className="min-w-0">
        <span className="font-medium">You are out of office</span> until {minuteTime(absence.until)}.{" "}
        {absence.delegate === null ? "Nobody acts for you." : `${absence.delegate.name} acts for you.`}
      </p>
      <Button variant="outline" size="sm" className="h-6 shrink-0 px-2 text-xs" onClick={onOpen}>
        Change
      </Button>
    </div>
  );
}
