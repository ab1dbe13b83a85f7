import type { Quorum, Stage } from "@convex/shared/policy/types";
import { Input } from "@/components/ui/input";
import { NativeSelect, NativeSelectOption } from "@/components/ui/native-select";
import { CheckBox } from "@/components/check-box";
import { DurationInput } from "./duration-input";
import { PathField, PathGroup, useEditing } from "./editing";
import { newQuorum } from "./form";
import { LadderForm, RemindersForm } from "./moments-form";
import { NumberInput } from "./number-input";
import { ValuesPicker } from "./values-picker";
import { WhoPicker } from "./who-picker";

/** Everything about one stage. */
export function StageForm(props: { path: string; stage: Stage; onChange: (stage: Stage) => void }) {
  const { path, stage, onChange } = props;
  const set = (change: Partial<Stage>) => onChange({ ...stage, ...change });
  return (
    <div className="grid gap-x-5 gap-y-4 sm:grid-cols-2">
      <PathField path={`${path}.name`} label="Name" className="sm:col-span-2">
        {(described) => (
          <Input {...described} value={stage.name} onChange={({ target }) => set({ name: target.value })} />
        )}
      </PathField>
      <WhoPicker
        path={`${path}.candidates`}
        legend="Candidates"
        hint="Whoever of these is here may decide."
        value={stage.candidates}
        onChange={(candidates) => set({ candidates })}
      />
      <QuorumForm path={`${path}.quorum`} quorum={stage.quorum} onChange={(quorum) => set({ quorum })} />
      <FourEyesForm path={`${path}.fourEyes`} value={stage.fourEyes} onChange={(fourEyes) => set({ fourEyes })} />
      <PathField path={`${path}.rejections`} label="Rejections that end it">
        {(described) => (
          <NumberInput
            {...described}
            className="w-20"
            inputMode="numeric"
            value={stage.rejections}
            onChange={(rejections) => set({ rejections })}
          />
        )}
      </PathField>
      <PathField path={`${path}.deadline`} label="Deadline" hint="Counted from the moment the stage opens.">
        {(described) => (
          <DurationInput
            described={described}
            label="Deadline"
            value={stage.deadline}
            onChange={(deadline) => set({ deadline })}
          />
        )}
      </PathField>
      <EndForm path={path} stage={stage} onChange={set} />
      <RemindersForm
        path={`${path}.reminders`}
        reminders={stage.reminders}
        onChange={(reminders) => set({ reminders })}
      />
      <LadderForm path={`${path}.ladder`} ladder={stage.ladder} onChange={(ladder) => set({ ladder })} />
    </div>
  );
}

function QuorumForm(props: { path: string; quorum: Quorum; onChange: (quorum: Quorum) => void }) {
  const { names, words } = useEditing();
  const { path, quorum, onChange } = props;
  return (
    <PathGroup path={path} legend="Who must approve" hint="How many of the candidates.">
      <div className="flex flex-wrap gap-2">
        <NativeSelect
          className="min-w-0 flex-1"
          aria-label="Who must approve: rule"
          value={quorum.kind}
          onChange={({ target }) => onChange(newQuorum(target.value as Quorum["kind"]))}
        >
          <NativeSelectOption value="count">This many of them</NativeSelectOption>
          <NativeSelectOption value="all">All of them</NativeSelectOption>
          <NativeSelectOption value="oneFromEach">One from each of these groups</NativeSelectOption>
        </NativeSelect>
        {quorum.kind === "count" && (
          <NumberInput
            className="w-20"
            inputMode="numeric"
            aria-label="How many must approve"
            value={quorum.count}
            onChange={(count) => onChange({ kind: "count", count })}
          />
        )}
      </div>
      {quorum.kind === "oneFromEach" && (
        <ValuesPicker
          label="Groups that must approve"
          choices={names.groups.map(({ id }) => id)}
          value={quorum.groupIds}
          textOf={words.group}
          onChange={(groupIds) => onChange({ kind: "oneFromEach", groupIds })}
        />
      )}
    </PathGroup>
  );
}

type FourEyes = Stage["fourEyes"];
const FOUR_EYES: readonly { name: keyof FourEyes; label: string }[] = [
  { name: "requester", label: "The requester’s own" },
  { name: "editor", label: "That of whoever edited this draft" },
  { name: "oncePerRequest", label: "That of whoever approved an earlier stage" },
];

function FourEyesForm(props: { path: string; value: FourEyes; onChange: (value: FourEyes) => void }) {
  return (
    <PathGroup path={props.path} legend="Approvals that do not count">
      {FOUR_EYES.map(({ name, label }) => (
        <CheckBox
          key={name}
          label={label}
          checked={props.value[name]}
          onChange={(checked) => props.onChange({ ...props.value, [name]: checked })}
        />
      ))}
    </PathGroup>
  );
}

function EndForm(props: { path: string; stage: Stage; onChange: (change: Partial<Stage>) => void }) {
  const { policy } = useEditing();
  const { path, stage, onChange } = props;
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <PathField path={`${path}.atDeadline`} label="If nobody decides by then">
        {(described) => (
          <NativeSelect
            {...described}
            className="w-full"
            value={stage.atDeadline}
            onChange={({ target }) => onChange({ atDeadline: target.value as Stage["atDeadline"] })}
          >
            <NativeSelectOption value="reject">Reject the request</NativeSelectOption>
            <NativeSelectOption value="escalate">Hand it over</NativeSelectOption>
            <NativeSelectOption value="approve">Approve the stage</NativeSelectOption>
          </NativeSelect>
        )}
      </PathField>
      <PathField
        path={`${path}.escalateTo`}
        label="Who takes over"
        optional
        hint="Also when so few are left that the stage cannot be passed."
      >
        {(described) => (
          <NativeSelect
            {...described}
            className="w-full"
            value={stage.escalateTo ?? ""}
            onChange={({ target }) => onChange({ escalateTo: target.value === "" ? null : target.value })}
          >
            <NativeSelectOption value="">The admins</NativeSelectOption>
            {policy.stages
              .filter(({ key }) => key !== stage.key)
              .map(({ key, name }) => (
                <NativeSelectOption key={key} value={key}>
                  Stage “{name}”
                </NativeSelectOption>
              ))}
            {stage.escalateTo !== null && !policy.stages.some(({ key }) => key === stage.escalateTo) && (
              <NativeSelectOption value={stage.escalateTo}>A stage that is gone</NativeSelectOption>
            )}
          </NativeSelect>
        )}
      </PathField>
    </div>
  );
}
