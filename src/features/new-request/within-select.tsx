import { useId } from "react";
import { Label } from "@/components/ui/label";
import { Select, SelectContent, SelectItem, SelectTrigger, SelectValue } from "@/components/ui/select";
import { duration } from "@/lib/format";

/** How long reviewers have, from the moment the draft is ready. `choices` and `value` in ms. */
export function WithinSelect(props: { choices: number[]; value: number; onChange: (ms: number) => void }) {
  const id = useId();
  return (
    <div className="flex flex-col gap-1.5">
      <Label htmlFor={id}>Needs a decision within</Label>
      <Select value={String(props.value)} onValueChange={(value) => props.onChange(Number(value))}>
        <SelectTrigger id={id} aria-describedby={`${id}-hint`} className="max-w-56">
          <SelectValue />
        </SelectTrigger>
        <SelectContent>
          {props.choices.map((ms) => (
            <SelectItem key={ms} value={String(ms)}>
              {duration(ms)}
            </SelectItem>
          ))}
        </SelectContent>
      </Select>
      <p id={`${id}-hint`} className="text-xs text-muted-foreground">
        Counted from the moment the draft is ready. What nobody decides in time is rejected.
      </p>
    </div>
  );
}
