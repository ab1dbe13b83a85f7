import type { Policy } from "@convex/shared/policy/types";
import type { ReactNode } from "react";
import { Card, CardContent, CardHeader, CardTitle } from "@/components/ui/card";
import { Input } from "@/components/ui/input";
import { CalendarForm } from "./calendar-form";
import { DurationInput } from "./duration-input";
import { PathField, useEditing } from "./editing";
import { moved, newRule, newStage, replaced, without } from "./form";
import { AddButton, EntryButtons } from "./list-controls";
import { controlId, problemsUnder } from "./problems";
import { jumpTo } from "./problems-list";
import { RuleForm } from "./rule-form";
import { StageForm } from "./stage-form";
import { StagesPicker } from "./stages-picker";

/** Everything a policy holds, as a form. */
export function PolicyForm(props: {
  policy: Policy;
  revokedRuleIds: readonly string[];
  onChange: (policy: Policy) => void;
}) {
  const { fields, problems } = useEditing();
  const { policy, onChange } = props;
  const { stages, rules } = policy;
  const set = (change: Partial<Policy>) => onChange({ ...policy, ...change });
  /** The same, and then the focus goes to a part: to what was added, or to the list that something was taken out of. */
  const setAndGo = (change: Partial<Policy>, path: string) => {
    set(change);
    requestAnimationFrame(() => jumpTo(path));
  };
  return (
    <form noValidate onSubmit={(event) => event.preventDefault()} className="flex min-w-0 flex-col gap-8">
      <PathField path="name" label="Name of the policy" className="max-w-md">
        {(described) => (
          <Input {...described} value={policy.name} onChange={({ target }) => set({ name: target.value })} />
        )}
      </PathField>

      <Part
        path="rules"
        title="Rules"
        lead="The first rule that fits a request decides. They are tried from top to bottom."
      >
        {rules.map((rule, i) => (
          <Entry
            key={rule.id}
            path={`rules[${i}]`}
            title={`Rule ${i + 1}: ${rule.name}`}
            buttons={
              <EntryButtons
                name={`rule ${rule.name}`}
                index={i}
                count={rules.length}
                onMove={(by) => set({ rules: moved(rules, i, by) })}
                onRemove={() => setAndGo({ rules: without(rules, i) }, "rules")}
              />
            }
          >
            {props.revokedRuleIds.includes(rule.id) ? (
              <p className="text-muted-foreground">
                This rule was revoked and approves nothing any more. It can be removed, not changed.{" "}
                <span className="font-medium text-destructive">
                  {problemsUnder(problems, `rules[${i}]`)[0]?.reason}
                </span>
              </p>
            ) : (
              <RuleForm
                path={`rules[${i}]`}
                rule={rule}
                onChange={(next) => set({ rules: replaced(rules, i, next) })}
              />
            )}
          </Entry>
        ))}
        <AddButton onClick={() => setAndGo({ rules: [...rules, newRule(policy, fields)] }, `rules[${rules.length}]`)}>
          Add a rule
        </AddButton>
        <StagesPicker
          path="otherwise"
          legend="Otherwise: stages when no rule fits, in order"
          value={policy.otherwise}
          onChange={(otherwise) => set({ otherwise })}
        />
      </Part>

      <Part
        path="stages"
        title="Stages"
        lead="Each is one wait for people. Rules say which of them a request passes, and in which order."
      >
        {stages.map((stage, i) => (
          <Entry
            key={stage.key}
            path={`stages[${i}]`}
            title={`Stage ${i + 1}: ${stage.name}`}
            buttons={
              <EntryButtons
                name={`stage ${stage.name}`}
                index={i}
                count={stages.length}
                onMove={(by) => set({ stages: moved(stages, i, by) })}
                onRemove={() => setAndGo({ stages: without(stages, i) }, "stages")}
              />
            }
          >
            <StageForm
              path={`stages[${i}]`}
              stage={stage}
              onChange={(next) => set({ stages: replaced(stages, i, next) })}
            />
          </Entry>
        ))}
        <AddButton onClick={() => setAndGo({ stages: [...stages, newStage(policy)] }, `stages[${stages.length}]`)}>
          Add a stage
        </AddButton>
      </Part>

      <Part title="After the approval" lead="How long the approved action may be performed, or tried again.">
        <PathField path="approvalValid" label="Approval valid for" className="max-w-xs">
          {(described) => (
            <DurationInput
              described={described}
              label="Approval valid for"
              value={policy.approvalValid}
              onChange={(approvalValid) => set({ approvalValid })}
            />
          )}
        </PathField>
      </Part>

      <Part
        title="Calendar"
        lead="Working time of this policy: what is counted in working hours stands still outside of it."
      >
        <CalendarForm calendar={policy.calendar} onChange={(calendar) => set({ calendar })} />
      </Part>
    </form>
  );
}

/** A part of the form; with a path, what is wrong with that list as a whole is told here. */
function Part(props: { path?: string; title: string; lead: string; children: ReactNode }) {
  const { problems } = useEditing();
  const own = problems.find(({ field }) => field === props.path);
  return (
    <section
      aria-label={props.title}
      {...(props.path === undefined ? {} : { id: controlId(props.path), tabIndex: -1 })}
      className="flex min-w-0 flex-col gap-3 outline-offset-4"
    >
      <div>
        <h2 className="text-base font-semibold">{props.title}</h2>
        <p className="mt-0.5 text-muted-foreground">{props.lead}</p>
        {own !== undefined && <p className="mt-0.5 text-xs font-medium text-destructive">{own.reason}</p>}
      </div>
      {props.children}
    </section>
  );
}

function Entry(props: { path: string; title: string; buttons: ReactNode; children: ReactNode }) {
  const id = controlId(props.path);
  return (
    <Card id={id} tabIndex={-1} aria-labelledby={`${id}-title`}>
      <CardHeader className="justify-between">
        <CardTitle id={`${id}-title`} className="min-w-0 [overflow-wrap:anywhere]">
          {props.title}
        </CardTitle>
        {props.buttons}
      </CardHeader>
      <CardContent>{props.children}</CardContent>
    </Card>
  );
}
