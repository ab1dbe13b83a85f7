import { api } from "@convex/_generated/api";
import { EVENT_KINDS, REQUEST_OUTCOMES } from "@convex/shared/history/filter";
import { Link, useNavigate } from "@tanstack/react-router";
import { useQuery } from "convex/react";
import { SearchIcon, SlidersHorizontalIcon, XIcon } from "lucide-react";
import { type ReactNode, useEffect, useId, useState } from "react";
import { eventWord } from "@/components/event-icon";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { Label } from "@/components/ui/label";
import { NativeSelect, NativeSelectOption } from "@/components/ui/native-select";
import { cn } from "@/lib/utils";
import { filtersSet, type HistorySearch, readHistorySearch } from "./search";
import { OUTCOME_WORDS } from "./words";

/** From the last key to the search: shorter would ask for words that nobody finished. */
const TYPING_MS = 250;

/** The search field and the filters of both lists. Everything stands in the address. */
export function FilterBar({ search }: { search: HistorySearch }) {
  const navigate = useNavigate();
  const choices = useQuery(api.history.choices, {});
  // Until somebody opens or closes them the filters show themselves where the address has any, as that of a saved view.
  const [chosen, setOpen] = useState<boolean | null>(null);
  const open = chosen ?? filtersSet(search) > (search.text === undefined ? 0 : 1);
  const set = (change: Partial<Record<keyof HistorySearch, unknown>>) => {
    if (open) setOpen(true);
    void navigate({ to: "/history", search: readHistorySearch({ ...search, ...change }), replace: true });
  };
  const isRequests = search.of === "requests";
  const playbook = choices?.playbooks.find(({ name }) => name === search.playbook);
  const versions = Array.from({ length: playbook?.version ?? 0 }, (_, i) => (playbook?.version ?? 0) - i);
  const people = (choices?.people ?? []).map(({ id, name, left }): Option => [id, left ? `${name} (left)` : name]);
  return (
    <div className="mb-4 flex flex-col gap-3">
      <div className="flex gap-2">
        <SearchField
          key={search.of ?? "events"}
          text={search.text}
          onChange={(text) => set({ text })}
          isRequests={isRequests}
        />
        <Button variant="outline" aria-expanded={open} onClick={() => setOpen(!open)}>
          <SlidersHorizontalIcon aria-hidden />
          Filters
        </Button>
        {filtersSet(search) > 0 && (
          <Button asChild variant="ghost">
            <Link to="/history" search={isRequests ? { of: "requests" } : {}} onClick={() => setOpen(null)}>
              <XIcon aria-hidden />
              <span className="max-sm:sr-only">Clear</span>
            </Link>
          </Button>
        )}
      </div>
      <fieldset className={cn("grid-cols-2 gap-3 sm:grid-cols-3 lg:grid-cols-4", open ? "grid" : "hidden")}>
        <legend className="sr-only">Filters</legend>
        <Day label={isRequests ? "Submitted from" : "From"} value={search.from} onChange={(from) => set({ from })} />
        <Day label="Up to and with" value={search.to} onChange={(to) => set({ to })} />
        <Choice
          label="Playbook"
          value={search.playbook}
          options={(choices?.playbooks ?? []).map(({ name, title }) => [name, title])}
          onChange={(value) => set({ playbook: value, version: undefined })}
        />
        <Choice
          label="Policy version"
          value={search.version === undefined ? undefined : String(search.version)}
          options={versions.map((version) => [String(version), `Version ${version}`])}
          disabled={search.playbook === undefined}
          hint={search.playbook === undefined ? "Choose a playbook first" : "Any"}
          onChange={(value) => set({ version: value === undefined ? undefined : Number(value) })}
        />
        {isRequests ? (
          <>
            <Choice
              label="Outcome"
              value={search.outcome}
              options={REQUEST_OUTCOMES.map((outcome) => [outcome, OUTCOME_WORDS[outcome]])}
              onChange={(outcome) => set({ outcome })}
            />
            <Choice
              label="Submitted by"
              value={search.requester}
              options={people}
              onChange={(requester) => set({ requester })}
            />
            <Choice
              label="Voted on by"
              value={search.decider}
              options={people}
              onChange={(decider) => set({ decider })}
            />
          </>
        ) : (
          <>
            <Choice label="Who did it" value={search.person} options={people} onChange={(person) => set({ person })} />
            <Choice
              label="What happened"
              value={search.kind}
              options={EVENT_KINDS.map((kind): Option => [kind, eventWord(kind)]).sort(([, a], [, b]) =>
                a.localeCompare(b),
              )}
              onChange={(kind) => set({ kind })}
            />
          </>
        )}
        <Choice
          label="Stage"
          value={search.stage}
          options={(choices?.stages ?? []).map((stage) => [stage, stage])}
          onChange={(stage) => set({ stage })}
        />
        <Choice
          label={isRequests ? "Group that was asked" : "Changes of the group"}
          value={search.group}
          options={(choices?.groups ?? []).map(({ id, name }) => [id, name])}
          onChange={(group) => set({ group })}
        />
      </fieldset>
    </div>
  );
}

function SearchField(props: {
  text: string | undefined;
  isRequests: boolean;
  onChange: (text: string | undefined) => void;
}) {
  const { text = "", onChange } = props;
  const [typed, setTyped] = useState(text);
  const [known, setKnown] = useState(text);
  // The address changed by itself: a view was opened, or the filters were cleared.
  if (known !== text) {
    setKnown(text);
    setTyped(text);
  }
  useEffect(() => {
    if (typed.trim() === text) return;
    const timer = setTimeout(() => onChange(typed.trim() === "" ? undefined : typed.trim()), TYPING_MS);
    return () => clearTimeout(timer);
  });
  return (
    <div className="relative min-w-0 flex-1">
      <SearchIcon aria-hidden className="pointer-events-none absolute top-2.5 left-3 size-4 text-muted-foreground" />
      <Input
        type="search"
        data-search
        aria-label="Search the history"
        placeholder={props.isRequests ? "Subject, sender, message or summary" : "What people wrote, and names"}
        className="pl-9"
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
      />
    </div>
  );
}

type Option = readonly [value: string, word: string];

function Choice(props: {
  label: string;
  value: string | undefined;
  options: readonly Option[];
  disabled?: boolean;
  hint?: string;
  onChange: (value: string | undefined) => void;
}) {
  const { value = "", options, hint = "Any" } = props;
  // An address may name what is not listed (any more); the filter holds all the same.
  const isListed = value === "" || options.some(([one]) => one === value);
  return (
    <Labeled label={props.label}>
      {(id) => (
        <NativeSelect
          id={id}
          className="w-full"
          value={value}
          disabled={props.disabled}
          onChange={({ target }) => props.onChange(target.value === "" ? undefined : target.value)}
        >
          <NativeSelectOption value="">{hint}</NativeSelectOption>
          {options.map(([one, word]) => (
            <NativeSelectOption key={one} value={one}>
              {word}
            </NativeSelectOption>
          ))}
          {!isListed && <NativeSelectOption value={value}>{value}</NativeSelectOption>}
        </NativeSelect>
      )}
    </Labeled>
  );
}

function Day(props: { label: string; value: string | undefined; onChange: (day: string | undefined) => void }) {
  return (
    <Labeled label={props.label}>
      {(id) => (
        <Input
          id={id}
          type="date"
          value={props.value ?? ""}
          onChange={({ target }) => props.onChange(target.value === "" ? undefined : target.value)}
        />
      )}
    </Labeled>
  );
}

function Labeled(props: { label: string; children: (id: string) => ReactNode }) {
  const id = useId();
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <Label htmlFor={id} className="text-xs text-muted-foreground">
        {props.label}
      </Label>
      {props.children(id)}
    </div>
  );
}
