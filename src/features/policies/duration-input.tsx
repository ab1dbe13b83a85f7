import type { Duration } from "@convex/shared/time/calendar";
import { useState } from "react";
import type { Described } from "@/components/field";
import { NativeSelect, NativeSelectOption } from "@/components/ui/native-select";
import { durationOf, entryOf, type Unit, UNITS } from "./duration";
import { NumberInput } from "./number-input";

/** A length of time: an amount and its unit, as the clock runs or in working time. */
export function DurationInput(props: {
  described: Described;
  label: string;
  value: Duration;
  onChange: (duration: Duration) => void;
}) {
  const { value, onChange } = props;
  const [entered, setEntered] = useState(() => entryOf(value));
  const same = durationOf(entered.amount, entered.unit);
  const isSame = same.kind === value.kind && Object.is(same.minutes, value.minutes);
  const { amount, unit } = isSame ? entered : entryOf(value);
  const enter = (next: { amount: number; unit: Unit }) => {
    setEntered(next);
    onChange(durationOf(next.amount, next.unit));
  };
  return (
    <div className="flex flex-wrap gap-2">
      <NumberInput
        {...props.described}
        className="w-20"
        value={amount}
        onChange={(next) => enter({ amount: next, unit })}
      />
      <NativeSelect
        className="min-w-0 flex-1"
        aria-label={`${props.label}: unit`}
        value={unit}
        onChange={({ target }) => {
          const next = UNITS.find((one) => one.unit === target.value);
          if (next !== undefined) enter({ amount, unit: next.unit });
        }}
      >
        {UNITS.map((one) => (
          <NativeSelectOption key={one.unit} value={one.unit}>
            {one.unit}
          </NativeSelectOption>
        ))}
      </NativeSelect>
    </div>
  );
}
