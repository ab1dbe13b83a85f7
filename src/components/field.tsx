import type { ReactNode } from "react";
import { Label } from "@/components/ui/label";
import { cn } from "@/lib/utils";

/** What a control of a form says about itself. */
export type Described = {
  id: string;
  required: boolean;
  "aria-invalid": boolean;
  "aria-describedby": string | undefined;
};

/** A control with its label above it and, below it, its hint or what is wrong with what was entered. */
export function Field(props: {
  id: string;
  label: string;
  hint?: string;
  aside?: ReactNode;
  optional?: boolean;
  problem: string | undefined;
  className?: string;
  children: (described: Described) => ReactNode;
}) {
  const { id, problem, hint } = props;
  const described = problem !== undefined || hint !== undefined ? `${id}-hint` : undefined;
  const required = props.optional !== true;
  return (
    <div className={cn("flex min-w-0 flex-col gap-1.5", props.className)}>
      <div className="flex items-baseline justify-between gap-4">
        <Label htmlFor={id}>{props.label}</Label>
        {props.aside}
      </div>
      {props.children({ id, required, "aria-invalid": problem !== undefined, "aria-describedby": described })}
      <p id={`${id}-hint`} aria-live="polite" className={cn("text-xs", described === undefined && "hidden")}>
        {problem === undefined ? (
          <span className="text-muted-foreground">{hint}</span>
        ) : (
          <span className="font-medium text-destructive">{problem}</span>
        )}
      </p>
    </div>
  );
}
