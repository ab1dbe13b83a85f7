import type { Field } from "@convex/shared/policy/fields";
import { choiceText } from "@convex/shared/policy/reading";
import type { Comparison, Condition } from "@convex/shared/policy/types";
import { Fragment } from "react";
import { Input } from "@/components/ui/input";
import { NativeSelect, NativeSelectOption } from "@/components/ui/native-select";
import { capitalized } from "@/lib/format";
import { PathGroup, useEditing } from "./editing";
import { comparisonOf, OP_WORDS, opsOf, replaced, withOp, without } from "./form";
import { AddButton, EntryButtons } from "./list-controls";
import { NumberInput } from "./number-input";
import { ValuesPicker } from "./values-picker";

/** When a rule fits: all of its conditions must hold, and of each at least one comparison. */
export function ConditionForm(props: { path: string; when: Condition; onChange: (when: Condition) => void }) {
  const { fields } = useEditing();
  const { path, when, onChange } = props;
  const fresh = fields[0];
  return (
    <PathGroup
      path={path}
      own
      legend="When"
      hint={when.length === 0 ? "No condition: the rule always fits." : "All of these hold:"}
    >
      {when.map((clause, i) => {
        const set = (anyOf: Comparison[]) =>
          onChange(anyOf.length === 0 ? without(when, i) : replaced(when, i, { anyOf }));
        return (
          <div key={i} className="flex min-w-0 flex-col gap-2 rounded-md border p-3">
            {clause.anyOf.map((comparison, j) => (
              <Fragment key={j}>
                {j > 0 && <p className="text-xs font-medium text-muted-foreground">or</p>}
                <ComparisonForm
                  path={`${path}[${i}].anyOf[${j}]`}
                  name={`Condition ${i + 1}${j === 0 ? "" : `, alternative ${j}`}`}
                  comparison={comparison}
                  onChange={(next) => set(replaced(clause.anyOf, j, next))}
                  onRemove={() => set(without(clause.anyOf, j))}
                />
              </Fragment>
            ))}
            {fresh !== undefined && (
              <AddButton
                onClick={() => set([...clause.anyOf, comparisonOf(fieldOf(fields, clause.anyOf[0]) ?? fresh)])}
              >
                Or…
              </AddButton>
            )}
          </div>
        );
      })}
      {fresh !== undefined && (
        <AddButton onClick={() => onChange([...when, { anyOf: [comparisonOf(fresh)] }])}>Add a condition</AddButton>
      )}
    </PathGroup>
  );
}

function fieldOf(fields: readonly Field[], comparison: Comparison | undefined): Field | undefined {
  return fields.find(({ path }) => path === comparison?.field);
}

function ComparisonForm(props: {
  path: string;
  name: string;
  comparison: Comparison;
  onChange: (comparison: Comparison) => void;
  onRemove: () => void;
}) {
  const { fields } = useEditing();
  const { name, comparison, onChange } = props;
  const field = fieldOf(fields, comparison);
  const groups = [
    { label: "The action", fields: fields.filter(({ path }) => path.startsWith("action.")) },
    { label: "The request", fields: fields.filter(({ path }) => !path.startsWith("action.")) },
  ];
  return (
    <PathGroup path={props.path} legend={name}>
      <div className="flex items-start gap-2">
        <div className="grid min-w-0 flex-1 gap-2 sm:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
          <NativeSelect
            className="w-full"
            aria-label={`${name}: field`}
            value={comparison.field}
            onChange={({ target }) => {
              const next = fields.find(({ path }) => path === target.value);
              if (next !== undefined) onChange(comparisonOf(next));
            }}
          >
            {field === undefined && (
              <NativeSelectOption value={comparison.field}>{comparison.field}</NativeSelectOption>
            )}
            {groups.map((group) => (
              <optgroup key={group.label} label={group.label}>
                {group.fields.map(({ path, label }) => (
                  <NativeSelectOption key={path} value={path}>
                    {capitalized(label)}
                  </NativeSelectOption>
                ))}
              </optgroup>
            ))}
          </NativeSelect>
          {field !== undefined && (
            <NativeSelect
              className="w-full"
              aria-label={`${name}: comparison`}
              value={comparison.op}
              onChange={({ target }) => {
                const op = opsOf(field.type).find((one) => one === target.value);
                if (op !== undefined) onChange(withOp(comparison, op, field));
              }}
            >
              {opsOf(field.type).map((op) => (
                <NativeSelectOption key={op} value={op}>
                  {OP_WORDS[op]}
                </NativeSelectOption>
              ))}
            </NativeSelect>
          )}
          <div className="min-w-0 sm:col-span-2">
            {field !== undefined && (
              <ComparisonValue name={name} comparison={comparison} field={field} onChange={onChange} />
            )}
          </div>
        </div>
        <EntryButtons name={name.toLowerCase()} index={0} count={1} onRemove={props.onRemove} />
      </div>
    </PathGroup>
  );
}

function ComparisonValue(props: {
  name: string;
  comparison: Comparison;
  field: Field;
  onChange: (comparison: Comparison) => void;
}) {
  const { names, words } = useEditing();
  const { comparison, field, onChange } = props;
  const label = `${props.name}: value`;
  switch (comparison.kind) {
    case "presence":
      return null;
    case "number": {
      const isMoney = field.type.kind === "number" && field.type.unit === "cents";
      return (
        <span className="flex items-center gap-1.5">
          {isMoney && <span aria-hidden>$</span>}
          <NumberInput
            className="w-36"
            aria-label={isMoney ? `${label} in dollars` : label}
            scale={isMoney ? 100 : 1}
            value={comparison.value}
            onChange={(value) => onChange({ ...comparison, value })}
          />
        </span>
      );
    }
    case "text":
      return (
        <Input
          aria-label={label}
          value={comparison.value}
          onChange={({ target }) => onChange({ ...comparison, value: target.value })}
        />
      );
    case "member": {
      const { type } = field;
      const people = { choices: names.people.map(({ id }) => id), textOf: words.person };
      const groups = { choices: names.groups.map(({ id }) => id), textOf: words.group };
      const picked =
        type.kind === "choice"
          ? { choices: type.options, textOf: choiceText }
          : type.kind === "ids" && type.of === "group"
            ? groups
            : people;
      return (
        <ValuesPicker
          label={label}
          {...picked}
          value={comparison.values}
          onChange={(values) => onChange({ ...comparison, values })}
        />
      );
    }
  }
}
