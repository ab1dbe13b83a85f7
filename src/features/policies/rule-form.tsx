import type { Rule } from "@convex/shared/policy/types";
import { useState } from "react";
import { Input } from "@/components/ui/input";
import { NativeSelect, NativeSelectOption } from "@/components/ui/native-select";
import { ConditionForm } from "./condition-form";
import { PathField, PathGroup, useEditing } from "./editing";
import { newApproval } from "./form";
import { NumberInput } from "./number-input";
import { StagesPicker } from "./stages-picker";
import { instantFrom, localText } from "./until";

type LeadsTo = Rule["leadsTo"];
type Approve = Extract<LeadsTo, { kind: "approve" }>;

/** Everything about one rule. */
export function RuleForm(props: { path: string; rule: Rule; onChange: (rule: Rule) => void }) {
  const { path, rule, onChange } = props;
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <PathField path={`${path}.name`} label="Name" hint="Shown where the rule decides.">
        {(described) => (
          <Input
            {...described}
            value={rule.name}
            onChange={({ target }) => onChange({ ...rule, name: target.value })}
          />
        )}
      </PathField>
      <ConditionForm path={`${path}.when`} when={rule.when} onChange={(when) => onChange({ ...rule, when })} />
      <LeadsToForm
        path={`${path}.leadsTo`}
        leadsTo={rule.leadsTo}
        onChange={(leadsTo) => onChange({ ...rule, leadsTo })}
      />
    </div>
  );
}

function LeadsToForm(props: { path: string; leadsTo: LeadsTo; onChange: (leadsTo: LeadsTo) => void }) {
  const { policy } = useEditing();
  const { path, leadsTo, onChange } = props;
  return (
    <PathGroup path={path} own legend="Then">
      <NativeSelect
        className="w-full max-w-xs"
        aria-label="What the rule leads to"
        value={leadsTo.kind}
        onChange={({ target }) =>
          onChange(
            target.value === "approve"
              ? newApproval(policy, Date.now())
              : { kind: "review", stages: [...policy.otherwise] },
          )
        }
      >
        <NativeSelectOption value="review">People decide</NativeSelectOption>
        <NativeSelectOption value="approve">It is approved without a person</NativeSelectOption>
      </NativeSelect>
      {leadsTo.kind === "review" ? (
        <StagesPicker
          path={`${path}.stages`}
          legend="Stages, in order"
          value={leadsTo.stages}
          onChange={(stages) => onChange({ ...leadsTo, stages })}
        />
      ) : (
        <ApproveForm path={path} approve={leadsTo} onChange={onChange} />
      )}
    </PathGroup>
  );
}

function ApproveForm(props: { path: string; approve: Approve; onChange: (approve: Approve) => void }) {
  const { policy } = useEditing();
  const { path, approve, onChange } = props;
  const zone = policy.calendar.timeZone;
  const [typed, setTyped] = useState(() => localText(approve.until, zone));
  const entered = instantFrom(typed, zone);
  const shown = Object.is(entered.at, approve.until) ? typed : localText(approve.until, zone);
  return (
    <div className="grid gap-x-5 gap-y-4 sm:grid-cols-2">
      <PathField
        path={`${path}.until`}
        label="Until"
        hint={`On the clock in ${zone === "" ? "the calendar’s time zone" : zone}. Every rule like this must end.`}
        problem={shown === typed ? entered.problem : undefined}
      >
        {(described) => (
          <Input
            {...described}
            type="datetime-local"
            value={shown}
            onChange={({ target }) => {
              setTyped(target.value);
              onChange({ ...approve, until: instantFrom(target.value, zone).at });
            }}
          />
        )}
      </PathField>
      <PathField
        path={`${path}.samplePercent`}
        label="Sample, in percent"
        hint="So many of them go to people all the same."
      >
        {(described) => (
          <NumberInput
            {...described}
            className="w-24"
            value={approve.samplePercent}
            onChange={(samplePercent) => onChange({ ...approve, samplePercent })}
          />
        )}
      </PathField>
      {approve.samplePercent > 0 && (
        <StagesPicker
          path={`${path}.sampleStages`}
          legend="Stages of the sample, in order"
          value={approve.sampleStages}
          onChange={(sampleStages) => onChange({ ...approve, sampleStages })}
        />
      )}
    </div>
  );
}
