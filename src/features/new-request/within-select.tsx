import { useId } from "react";
import { Label } from "@/components/ui/label";
import { NativeSelect, NativeSelectOption } from "@/components/ui/native-select";
import { duration } from "@/lib/format";

/** How long reviewers have at most. `choices` and `value` in ms; null is what the policy gives them. */
export function WithinSelect(props: {
  choices: number[];
  value: number | null;
  onChange: (ms: number | null) => void;
}) {
  const id = useId();
  return (
    <div className="flex flex-col gap-1.5">
      <Label htmlFor={id}>Needs a decision within</Label>
      <NativeSelect
        id={id}
        aria-describedby={`${id}-hint`}
        className="w-56 max-w-full"
        value={props.value ?? ""}
        onChange={(event) => props.onChange(event.target.value === "" ? null : Number(event.target.value))}
      >
        <NativeSelectOption value="">What the policy gives</NativeSelectOption>
        {props.choices.map((ms) => (
          <NativeSelectOption key={ms} value={ms}>
            {duration(ms)}
          </NativeSelectOption>
        ))}
      </NativeSelect>
      <p id={`${id}-hint`} className="text-xs text-muted-foreground">
        Counted from the moment the draft is ready, for each stage; never longer than the policy gives. What nobody
        decides in time is normally rejected.
      </p>
    </div>
  );
}
