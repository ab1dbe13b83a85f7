import { NOTE_MAX } from "@convex/shared/limits";
import { useId } from "react";
import { Label } from "@/components/ui/label";
import { Textarea } from "@/components/ui/textarea";
import { count } from "@/lib/format";

/** Words that go with something an admin does: why. The desk refuses none and too many. */
export function ReasonField(props: { label: string; text: string; onText: (text: string) => void }) {
  const id = useId();
  return (
    <div className="flex flex-col gap-1.5">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4">
        <Label htmlFor={id}>{props.label}</Label>
        <span className="text-xs text-muted-foreground tabular-nums">
          {count(props.text.length)} / {count(NOTE_MAX)}
        </span>
      </div>
      <Textarea
        id={id}
        value={props.text}
        onChange={(event) => props.onText(event.target.value)}
        required
        className="max-h-48"
      />
    </div>
  );
}
