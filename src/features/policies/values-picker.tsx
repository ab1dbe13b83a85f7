import { NativeSelect, NativeSelectOption } from "@/components/ui/native-select";
import { without } from "./form";
import { Chip } from "./list-controls";

/** Picks some of a list of values. `textOf` says what a value is called, also one that is no longer among the choices. */
export function ValuesPicker(props: {
  label: string;
  choices: readonly string[];
  value: readonly string[];
  textOf: (value: string) => string;
  onChange: (values: string[]) => void;
  /** Number the chosen ones: their order counts. */
  ordered?: boolean;
  id?: string;
}) {
  const { value, onChange, textOf } = props;
  const left = props.choices.filter((choice) => !value.includes(choice));
  return (
    <div className="flex min-w-0 flex-col gap-2">
      {value.length > 0 && (
        <ul className="flex flex-wrap gap-1.5" aria-label={`${props.label}: chosen`}>
          {value.map((one, i) => (
            <Chip
              key={one}
              {...(props.ordered === true && value.length > 1 ? { prefix: `${i + 1}.` } : {})}
              text={textOf(one)}
              onRemove={() => onChange(without(value, i))}
            />
          ))}
        </ul>
      )}
      {left.length > 0 && (
        <NativeSelect
          {...(props.id === undefined ? {} : { id: props.id })}
          className="w-full max-w-xs"
          aria-label={`${props.label}: add`}
          value=""
          onChange={({ target }) => onChange([...value, target.value])}
        >
          <NativeSelectOption value="">Add…</NativeSelectOption>
          {left.map((choice) => (
            <NativeSelectOption key={choice} value={choice}>
              {textOf(choice)}
            </NativeSelectOption>
          ))}
        </NativeSelect>
      )}
    </div>
  );
}
