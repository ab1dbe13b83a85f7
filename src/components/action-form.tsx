import type { ActionField } from "@convex/shared/actions";
import { useId, useState } from "react";
import { Field } from "@/components/field";
import { Input } from "@/components/ui/input";
import { NativeSelect, NativeSelectOption } from "@/components/ui/native-select";
import { Textarea } from "@/components/ui/textarea";
import { type ActionEdit, isShown, readEdit } from "@/lib/action-edit";
import { fieldsOf } from "@/lib/action-fields";
import { count } from "@/lib/format";
import { cn } from "@/lib/utils";

/**
 * The fields of a playbook's action to edit, made from its field list. `edit` holds the texts (`editOf` makes them,
 * `readEdit` gives the action back) and stays in the caller's hands, so that nothing typed is lost. What is wrong with a
 * field is said once it was left, and for every field where `tried` says that somebody wants to send. Controls carry their
 * field's name, for the caller to focus the first that is wrong.
 */
export function ActionForm(props: {
  playbook: string;
  edit: ActionEdit;
  onChange: (edit: ActionEdit) => void;
  tried?: boolean;
  disabled?: boolean;
  className?: string;
}) {
  const { playbook, edit } = props;
  const id = useId();
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const { problems } = readEdit(playbook, edit);
  return (
    <fieldset disabled={props.disabled} className={cn("@container min-w-0", props.className)}>
      <legend className="sr-only">The action</legend>
      <div className="grid gap-x-4 gap-y-3 @md:grid-cols-2">
        {fieldsOf(playbook)
          .filter((field) => isShown(field, edit))
          .map((field) => (
            <FieldControl
              key={field.name}
              id={`${id}-${field.name}`}
              field={field}
              text={edit[field.name] ?? ""}
              problem={
                props.tried === true || left.has(field.name)
                  ? problems.find((each) => each.field === field.name)?.text
                  : undefined
              }
              onText={(text) => props.onChange({ ...edit, [field.name]: text })}
              onLeave={() => setLeft(new Set([...left, field.name]))}
            />
          ))}
      </div>
    </fieldset>
  );
}

function FieldControl(props: {
  id: string;
  field: ActionField;
  text: string;
  problem: string | undefined;
  onText: (text: string) => void;
  onLeave: () => void;
}) {
  const { field, text } = props;
  const optional = field.optional && field.onlyWith === undefined;
  const wide = field.widget === "line" || field.widget === "text";
  const hint = field.fixed === true ? "The desk sends it there; this cannot be edited." : field.hint;
  return (
    <Field
      id={props.id}
      label={optional ? `${field.label} (optional)` : field.label}
      {...(hint === undefined ? {} : { hint })}
      optional={optional}
      problem={props.problem}
      className={wide ? "@md:col-span-2" : ""}
      {...(field.widget === "text" ? { aside: <Length length={text.length} max={field.max} /> } : {})}
    >
      {(described) => {
        const common = {
          ...described,
          name: field.name,
          value: text,
          onBlur: props.onLeave,
          onChange: (event: { target: { value: string } }) => props.onText(event.target.value),
        };
        switch (field.widget) {
          case "text":
            return <Textarea {...common} readOnly={field.fixed} className="max-h-[50vh] min-h-44" />;
          case "choice":
            return (
              <NativeSelect {...common} disabled={field.fixed} className="w-full">
                {(optional || text === "") && <NativeSelectOption value="">Choose…</NativeSelectOption>}
                {field.choices.map(({ value, label }) => (
                  <NativeSelectOption key={value} value={value}>
                    {label}
                  </NativeSelectOption>
                ))}
              </NativeSelect>
            );
          case "money":
            return (
              <div className="relative">
                <span aria-hidden className="absolute top-1/2 left-3 -translate-y-1/2 text-muted-foreground">
                  $
                </span>
                <Input {...common} inputMode="decimal" autoComplete="off" className="pl-7 tabular-nums" />
              </div>
            );
          case "date":
            return <Input {...common} type="date" className="tabular-nums" />;
          case "line":
            return (
              <Input
                {...common}
                autoComplete="off"
                readOnly={field.fixed}
                className={field.fixed === true ? "bg-muted text-muted-foreground" : ""}
              />
            );
          default:
            return field satisfies never;
        }
      }}
    </Field>
  );
}

function Length({ length, max }: { length: number; max: number }) {
  return (
    <span
      className={cn("text-xs tabular-nums", length > max ? "font-medium text-destructive" : "text-muted-foreground")}
    >
      {count(length)} / {count(max)}
    </span>
  );
}
