import type { Field as RuleField } from "@convex/shared/policy/fields";
import type { Names } from "@convex/shared/policy/reading";
import type { Policy } from "@convex/shared/policy/types";
import type { Problem } from "@convex/shared/time/problem";
import { createContext, type ReactNode, useContext } from "react";
import { type Described, Field } from "@/components/field";
import { cn } from "@/lib/utils";
import { controlId, problemsUnder } from "./problems";
import type { PolicyNames } from "./types";

/** What every part of the form looks at. */
export type Editing = {
  policy: Policy;
  problems: readonly Problem[];
  /** How people, groups and fields are called. */
  words: Names;
  /** Who can be picked. */
  names: PolicyNames;
  fields: readonly RuleField[];
};

const EditingContext = createContext<Editing | null>(null);
export const EditingProvider = EditingContext.Provider;

/** The policy being edited and what is around it. Throws outside the form. */
export function useEditing(): Editing {
  const editing = useContext(EditingContext);
  if (editing === null) throw new Error("useEditing needs the policy's form around it.");
  return editing;
}

/** A control for the part of the policy at `path`, with its label and what is wrong with it. */
export function PathField(props: {
  path: string;
  label: string;
  hint?: string;
  optional?: boolean;
  problem?: string | undefined;
  className?: string;
  children: (described: Described) => ReactNode;
}) {
  const { problems } = useEditing();
  const { path, problem, ...rest } = props;
  return (
    <Field id={controlId(path)} problem={problem ?? problemsUnder(problems, path)[0]?.reason} {...rest}>
      {props.children}
    </Field>
  );
}

/** Several controls for the part of the policy at `path`, with a name for all of them and what is wrong with the part. */
export function PathGroup(props: {
  path: string;
  legend: string;
  hint?: string;
  /** Show what is wrong with the part itself only: what lies inside it is shown there. */
  own?: boolean;
  className?: string;
  children: ReactNode;
}) {
  const { problems } = useEditing();
  const found = problemsUnder(problems, props.path).filter(({ field }) => props.own !== true || field === props.path);
  const id = controlId(props.path);
  return (
    <fieldset id={id} tabIndex={-1} className={cn("min-w-0 rounded-sm outline-offset-4", props.className)}>
      <legend className="text-sm leading-5 font-medium">{props.legend}</legend>
      {props.hint !== undefined && <p className="mt-0.5 text-xs text-muted-foreground">{props.hint}</p>}
      <div className="mt-1.5 flex min-w-0 flex-col gap-2">{props.children}</div>
      <p
        aria-live="polite"
        className={cn("mt-1.5 text-xs font-medium text-destructive", found.length === 0 && "hidden")}
      >
        {found[0]?.reason}
      </p>
    </fieldset>
  );
}
