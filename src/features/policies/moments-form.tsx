import type { Stage } from "@convex/shared/policy/types";
import { NativeSelect, NativeSelectOption } from "@/components/ui/native-select";
import { DurationInput } from "./duration-input";
import { PathField, PathGroup } from "./editing";
import { moved, replaced, without } from "./form";
import { AddButton, EntryButtons } from "./list-controls";
import { WhoPicker } from "./who-picker";

type Reminder = Stage["reminders"][number];
type Step = Stage["ladder"][number];

/** When the candidates who have not decided are reminded. */
export function RemindersForm(props: {
  path: string;
  reminders: readonly Reminder[];
  onChange: (reminders: Reminder[]) => void;
}) {
  const { path, reminders, onChange } = props;
  return (
    <PathGroup path={path} own legend="Reminders" className="sm:col-span-2">
      {reminders.map((reminder, i) => (
        <div key={i} className="flex flex-wrap items-end gap-2 rounded-md border p-3">
          <PathField path={`${path}[${i}].duration`} label={`Reminder ${i + 1}`} className="flex-1 basis-56">
            {(described) => (
              <DurationInput
                described={described}
                label={`Reminder ${i + 1}`}
                value={reminder.duration}
                onChange={(duration) => onChange(replaced(reminders, i, { ...reminder, duration }))}
              />
            )}
          </PathField>
          <NativeSelect
            className="flex-1 basis-48"
            aria-label={`Reminder ${i + 1}: counted`}
            value={reminder.kind}
            onChange={({ target }) =>
              onChange(replaced(reminders, i, { ...reminder, kind: target.value as Reminder["kind"] }))
            }
          >
            <NativeSelectOption value="beforeDeadline">before the deadline</NativeSelectOption>
            <NativeSelectOption value="afterOpening">after it opened</NativeSelectOption>
          </NativeSelect>
          <EntryButtons
            name={`reminder ${i + 1}`}
            index={i}
            count={reminders.length}
            onRemove={() => onChange(without(reminders, i))}
          />
        </div>
      ))}
      <AddButton
        onClick={() => onChange([...reminders, { kind: "beforeDeadline", duration: { kind: "elapsed", minutes: 30 } }])}
      >
        Add a reminder
      </AddButton>
    </PathGroup>
  );
}

/** Who may decide as well when the stage takes long. */
export function LadderForm(props: { path: string; ladder: readonly Step[]; onChange: (ladder: Step[]) => void }) {
  const { path, ladder, onChange } = props;
  return (
    <PathGroup
      path={path}
      own
      legend="Ladder"
      hint="Who may decide as well, so long after the stage opened."
      className="sm:col-span-2"
    >
      {ladder.map((step, i) => (
        <div key={i} className="grid gap-3 rounded-md border p-3 sm:grid-cols-2">
          <PathField path={`${path}[${i}].after`} label={`Step ${i + 1}: after`}>
            {(described) => (
              <DurationInput
                described={described}
                label={`Step ${i + 1}: after`}
                value={step.after}
                onChange={(after) => onChange(replaced(ladder, i, { ...step, after }))}
              />
            )}
          </PathField>
          <div className="flex items-start justify-between gap-2">
            <WhoPicker
              path={`${path}[${i}].who`}
              legend={`Step ${i + 1}: who joins`}
              value={step.who}
              onChange={(who) => onChange(replaced(ladder, i, { ...step, who }))}
            />
            <EntryButtons
              name={`step ${i + 1} of the ladder`}
              index={i}
              count={ladder.length}
              onMove={(by) => onChange(moved(ladder, i, by))}
              onRemove={() => onChange(without(ladder, i))}
            />
          </div>
        </div>
      ))}
      <AddButton
        onClick={() =>
          onChange([...ladder, { after: { kind: "elapsed", minutes: 120 }, who: [{ kind: "role", role: "manager" }] }])
        }
      >
        Add a step
      </AddButton>
    </PathGroup>
  );
}
