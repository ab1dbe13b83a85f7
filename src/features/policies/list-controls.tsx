import { ArrowDownIcon, ArrowUpIcon, PlusIcon, Trash2Icon, XIcon } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "@/components/ui/button";

/** Buttons that move an entry of a list or take it out. Leave out `onMove` where the order says nothing. */
export function EntryButtons(props: {
  /** What the entry is called, for the buttons' names: "stage Review". */
  name: string;
  index: number;
  count: number;
  onMove?: (by: 1 | -1) => void;
  onRemove: () => void;
}) {
  const { name, index, count, onMove } = props;
  return (
    <span className="flex shrink-0 items-center">
      {onMove !== undefined && count > 1 && (
        <>
          <SmallButton label={`Move ${name} up`} disabled={index === 0} onClick={() => onMove(-1)}>
            <ArrowUpIcon aria-hidden />
          </SmallButton>
          <SmallButton label={`Move ${name} down`} disabled={index === count - 1} onClick={() => onMove(1)}>
            <ArrowDownIcon aria-hidden />
          </SmallButton>
        </>
      )}
      <SmallButton label={`Remove ${name}`} onClick={props.onRemove}>
        <Trash2Icon aria-hidden />
      </SmallButton>
    </span>
  );
}

function SmallButton(props: { label: string; disabled?: boolean; onClick: () => void; children: ReactNode }) {
  return (
    <Button
      type="button"
      variant="ghost"
      size="icon-sm"
      className="text-muted-foreground"
      aria-label={props.label}
      title={props.label}
      disabled={props.disabled}
      onClick={props.onClick}
    >
      {props.children}
    </Button>
  );
}

/** The button below a list that puts another entry into it. */
export function AddButton({ onClick, children }: { onClick: () => void; children: ReactNode }) {
  return (
    <Button type="button" variant="outline" size="sm" className="self-start" onClick={onClick}>
      <PlusIcon aria-hidden />
      {children}
    </Button>
  );
}

/** Something chosen, with a button to take it out again. */
export function Chip(props: { text: string; prefix?: string; onRemove: () => void; children?: ReactNode }) {
  return (
    <li className="flex max-w-full items-center gap-1 rounded-md border bg-muted py-0.5 pr-0.5 pl-2">
      <span className="min-w-0 [overflow-wrap:anywhere]">
        {props.prefix !== undefined && <span className="mr-1 text-muted-foreground tabular-nums">{props.prefix}</span>}
        {props.text}
      </span>
      {props.children}
      <Button
        type="button"
        variant="ghost"
        className="size-6 shrink-0 text-muted-foreground"
        aria-label={`Remove ${props.text}`}
        onClick={props.onRemove}
      >
        <XIcon aria-hidden className="size-3.5" />
      </Button>
    </li>
  );
}
