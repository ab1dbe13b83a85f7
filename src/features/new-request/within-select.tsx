import { useId } from "react";
import { Label } from "@/components/ui/label";
import { NativeSelect, NativeSelectOption } from "@/components/ui/native-select";
import { duration } from "@/lib/format";

/** How long reviewers have, from the moment the draft is ready. `choices` and `value` in ms. */
export function WithinSelect(props: { choices: number[]; value: number; onChange: (ms: number) => void }) {
  const id = useId();
  return (
    <div className="flex flex-col gap-1.5">
      <Label htmlFor={id}>Needs a decision within</Label>
      <NativeSelect
        id={id}
        aria-describedby={`${id}-hint`}
        className="w-56 max-w-full"
        value={props.value}
        onChange={(event) => props.onChange(Number(event.target.value))}
      >
        {props.choices.map((ms) => (
          <NativeSelectOption key={ms} value={ms}>
            {duration(ms)}
          </NativeSelectOption>
        ))}
      </NativeSelect>
      <p id={`${id}-hint`} className="text-xs text-muted-foreground">
        Counted from the moment the draft is ready. What nobody decides in time is rejected.
      </p>
    </div>
  );
}
