import { CheckIcon, CircleXIcon, HourglassIcon, LoaderCircleIcon, RotateCwIcon, XIcon } from "lucide-react";
import { FileLine } from "@/components/file-line";
import { Button } from "@/components/ui/button";
import type { ChosenFile, FileState } from "./files";

/** A file of the form with where it stands. */
export function ChosenFileLine(props: { file: ChosenFile; onRetry: () => void; onRemove: () => void }) {
  const { name, size, state } = props.file;
  return (
    <FileLine
      name={name}
      size={size}
      aside={<Standing state={state} />}
      actions={
        <>
          {state.kind === "failed" && state.file !== null && (
            <Button type="button" variant="outline" size="sm" aria-label={`Retry ${name}`} onClick={props.onRetry}>
              <RotateCwIcon aria-hidden />
              Retry
            </Button>
          )}
          <Button
            type="button"
            variant="ghost"
            size="icon-sm"
            aria-label={`Remove ${name}`}
            title="Remove"
            onClick={props.onRemove}
          >
            <XIcon aria-hidden />
          </Button>
        </>
      }
    >
      {state.kind === "sending" && <Progress name={name} part={state.part} />}
      {state.kind === "failed" && <p className="pl-6.5 text-xs text-destructive">{state.message}</p>}
    </FileLine>
  );
}

function Standing({ state }: { state: FileState }) {
  switch (state.kind) {
    case "waiting":
      return (
        <span className="inline-flex items-center gap-1">
          <HourglassIcon aria-hidden className="size-3.5" />
          Waits for the one before
        </span>
      );
    case "sending":
      return (
        <span className="inline-flex items-center gap-1">
          <LoaderCircleIcon aria-hidden className="size-3.5 animate-spin" />
          Sending, {percent(state.part)}%
        </span>
      );
    case "kept":
      return (
        <span className="inline-flex items-center gap-1 text-success">
          <CheckIcon aria-hidden className="size-3.5" />
          Attached
        </span>
      );
    case "failed":
      return (
        <span className="inline-flex items-center gap-1 font-medium text-destructive">
          <CircleXIcon aria-hidden className="size-3.5" />
          Not attached
        </span>
      );
    default:
      return state satisfies never;
  }
}

function Progress({ name, part }: { name: string; part: number }) {
  return (
    <div
      role="progressbar"
      aria-label={`Sending ${name}`}
      aria-valuenow={percent(part)}
      className="ml-6.5 h-1 overflow-hidden rounded-full bg-secondary"
    >
      <div className="h-full rounded-full bg-primary transition-[width]" style={{ width: `${percent(part)}%` }} />
    </div>
  );
}

/** Rounded down: what is not there yet is not said to be. */
function percent(part: number): number {
  return Math.floor(part * 100);
}
