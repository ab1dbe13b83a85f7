import { type Calendar, WEEKDAYS } from "@convex/shared/time/calendar";
import { hoursText } from "@convex/shared/policy/reading";
import { isSame } from "@convex/shared/policy/compare";
import { useId, useMemo, useState } from "react";
import type { Described } from "@/components/field";
import { Input } from "@/components/ui/input";
import { capitalized } from "@/lib/format";
import { PathField, PathGroup } from "./editing";
import { replaced, without } from "./form";
import { parseHours } from "./hours";
import { AddButton, EntryButtons } from "./list-controls";

type Hours = Calendar["workingHours"][(typeof WEEKDAYS)[number]];

/** When working time counts: zone, hours of each weekday, holidays. */
export function CalendarForm(props: { calendar: Calendar; onChange: (calendar: Calendar) => void }) {
  const { calendar, onChange } = props;
  const zones = useId();
  const known = useMemo(() => Intl.supportedValuesOf("timeZone"), []);
  const { workingHours, holidays } = calendar;
  const setHolidays = (next: Calendar["holidays"]) => onChange({ ...calendar, holidays: next });
  return (
    <div className="flex flex-col gap-5">
      <PathField path="calendar.timeZone" label="Time zone" className="max-w-xs">
        {(described) => (
          <>
            <Input
              {...described}
              list={zones}
              spellCheck={false}
              value={calendar.timeZone}
              onChange={({ target }) => onChange({ ...calendar, timeZone: target.value.trim() })}
            />
            <datalist id={zones}>
              {known.map((zone) => (
                <option key={zone} value={zone} />
              ))}
            </datalist>
          </>
        )}
      </PathField>
      <PathGroup
        path="calendar.workingHours"
        own
        legend="Working hours"
        hint="Such as 9:00–12:30, 13:30–17:30. Leave a day without work empty."
      >
        <div className="grid gap-3 sm:grid-cols-2">
          {WEEKDAYS.map((day) => (
            <PathField key={day} path={`calendar.workingHours.${day}`} label={capitalized(day)} optional>
              {(described) => (
                <HoursInput
                  described={described}
                  value={workingHours[day]}
                  onChange={(hours) => onChange({ ...calendar, workingHours: { ...workingHours, [day]: hours } })}
                />
              )}
            </PathField>
          ))}
        </div>
      </PathGroup>
      <PathGroup path="calendar.holidays" own legend="Holidays" hint="Whole days without work.">
        {holidays.map((holiday, i) => (
          <div key={i} className="flex flex-wrap items-end gap-2">
            <PathField path={`calendar.holidays[${i}].date`} label={`Holiday ${i + 1}`} className="basis-40">
              {(described) => (
                <Input
                  {...described}
                  type="date"
                  value={holiday.date}
                  onChange={({ target }) => setHolidays(replaced(holidays, i, { ...holiday, date: target.value }))}
                />
              )}
            </PathField>
            <PathField path={`calendar.holidays[${i}].name`} label="Name" className="flex-1 basis-40">
              {(described) => (
                <Input
                  {...described}
                  value={holiday.name}
                  onChange={({ target }) => setHolidays(replaced(holidays, i, { ...holiday, name: target.value }))}
                />
              )}
            </PathField>
            <EntryButtons
              name={`holiday ${i + 1}`}
              index={i}
              count={holidays.length}
              onRemove={() => setHolidays(without(holidays, i))}
            />
          </div>
        ))}
        <AddButton onClick={() => setHolidays([...holidays, { date: "", name: "" }])}>Add a holiday</AddButton>
      </PathGroup>
    </div>
  );
}

function HoursInput(props: { described: Described; value: Hours; onChange: (hours: Hours) => void }) {
  const [typed, setTyped] = useState(() => hoursText(props.value));
  const shown = isSame(parseHours(typed), props.value) ? typed : hoursText(props.value);
  return (
    <Input
      {...props.described}
      autoComplete="off"
      value={shown}
      onChange={({ target }) => {
        setTyped(target.value);
        props.onChange(parseHours(target.value));
      }}
    />
  );
}
