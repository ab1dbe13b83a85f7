import { keyOf } from "@convex/shared/policy/keys";
import type { Who } from "@convex/shared/policy/types";
import { READERS } from "@convex/shared/roles";
import { NativeSelect, NativeSelectOption } from "@/components/ui/native-select";
import { PathGroup, useEditing } from "./editing";
import { without } from "./form";
import { Chip } from "./list-controls";
import { whoText } from "./naming";

/** Picks people, groups and roles. */
export function WhoPicker(props: {
  path: string;
  legend: string;
  hint?: string;
  value: readonly Who[];
  onChange: (who: Who[]) => void;
}) {
  const { names, words } = useEditing();
  const { value, onChange } = props;
  const chosen = new Set(value.map(keyOf));
  const choices: { label: string; who: Who[] }[] = [
    { label: "Roles", who: READERS.map((role) => ({ kind: "role", role })) },
    { label: "Groups", who: names.groups.map(({ id }) => ({ kind: "group", groupId: id })) },
    { label: "People", who: names.people.map(({ id }) => ({ kind: "person", personId: id })) },
  ];
  const all = choices.flatMap(({ who }) => who);
  return (
    <PathGroup path={props.path} legend={props.legend} {...(props.hint === undefined ? {} : { hint: props.hint })}>
      {value.length > 0 && (
        <ul className="flex flex-wrap gap-1.5" aria-label={`${props.legend}: chosen`}>
          {value.map((who, i) => (
            <Chip key={keyOf(who)} text={whoText(who, words)} onRemove={() => onChange(without(value, i))} />
          ))}
        </ul>
      )}
      <NativeSelect
        className="w-full max-w-xs"
        aria-label={`${props.legend}: add`}
        value=""
        onChange={({ target }) => {
          const who = all.find((one) => keyOf(one) === target.value);
          if (who !== undefined) onChange([...value, who]);
        }}
      >
        <NativeSelectOption value="">Add…</NativeSelectOption>
        {choices.map(({ label, who }) => {
          const left = who.filter((one) => !chosen.has(keyOf(one)));
          return left.length === 0 ? null : (
            <optgroup key={label} label={label}>
              {left.map((one) => (
                <NativeSelectOption key={keyOf(one)} value={keyOf(one)}>
                  {whoText(one, words)}
                </NativeSelectOption>
              ))}
            </optgroup>
          );
        })}
      </NativeSelect>
    </PathGroup>
  );
}
