import { ATTACHMENTS_MAX } from "@convex/shared/attachments/attachments";
import { PaperclipIcon } from "lucide-react";
import { useId, useState } from "react";
import { buttonVariants } from "@/components/ui/button";
import { cn } from "@/lib/utils";
import { ChosenFileLine } from "./chosen-file-line";
import type { FileQueue } from "./file-queue";
import { type ChosenFile, filesStatus, FOLDERS } from "./files";
import { useFileDrop } from "./use-file-drop";

/** The files that go with a message: chosen with a button or dropped, each with where it stands. */
export function FilesField(props: {
  files: readonly ChosenFile[];
  queue: FileQueue;
  problem: string | undefined;
  /** Called before the person changes what is attached. */
  onTouch: () => void;
}) {
  const { files, queue, onTouch } = props;
  const id = useId();
  const [leftOut, setLeftOut] = useState<string | null>(null);
  const add = (chosen: readonly File[], folders = 0) => {
    onTouch();
    setLeftOut(queue.add(chosen) ?? (folders > 0 ? FOLDERS : null));
  };
  const remove = (key: string) => {
    onTouch();
    setLeftOut(null);
    queue.remove([key]);
    // The button that was pressed is gone with its line.
    document.getElementById(id)?.focus();
  };
  const retry = (key: string) => {
    onTouch();
    queue.retry(key);
  };
  const { over, handlers } = useFileDrop(add);
  const problems = [props.problem, leftOut].filter((each) => each !== undefined && each !== null);

  return (
    // Positioned, so that what is only heard stays within what scrolls.
    <div role="group" aria-labelledby={`${id}-title`} className="relative flex min-w-0 flex-col gap-1.5">
      <div className="flex items-baseline justify-between gap-4">
        <p id={`${id}-title`} className="leading-5 font-medium select-none">
          Files
        </p>
        {files.length > 0 && (
          <span className="text-xs text-muted-foreground tabular-nums">
            {files.length} / {ATTACHMENTS_MAX}
          </span>
        )}
      </div>
      <div
        {...handlers}
        className={cn(
          "rounded-md border border-dashed border-input transition-colors",
          over && "border-solid border-primary bg-primary/6 ring-1 ring-primary",
        )}
      >
        {files.length > 0 && (
          <ul aria-label="Chosen files" className="divide-y rounded-t-md border-b bg-card">
            {files.map((file) => (
              <ChosenFileLine
                key={file.key}
                file={file}
                onRetry={() => retry(file.key)}
                onRemove={() => remove(file.key)}
              />
            ))}
          </ul>
        )}
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5 p-2">
          {/* The input itself takes the focus and is read out; the label is what is seen of it. */}
          <input
            id={id}
            name="files"
            type="file"
            multiple
            aria-describedby={`${id}-hint`}
            aria-invalid={problems.length > 0}
            className="peer sr-only"
            onChange={({ target }) => {
              add([...(target.files ?? [])]);
              // So that the same file can be chosen again after it was removed.
              target.value = "";
            }}
          />
          <label
            htmlFor={id}
            className={cn(
              buttonVariants({ variant: "outline", size: "sm" }),
              "cursor-pointer peer-focus-visible:ring-2 peer-focus-visible:ring-ring",
              "peer-focus-visible:ring-offset-2 peer-focus-visible:ring-offset-background",
            )}
          >
            <PaperclipIcon aria-hidden />
            Attach files
          </label>
          <span aria-hidden className="hidden text-xs text-muted-foreground sm:inline">
            or drop them here
          </span>
        </div>
      </div>
      <p id={`${id}-hint`} aria-live="polite" className="text-xs">
        {problems.length === 0 ? (
          <span className="text-muted-foreground">
            Up to ten files of 10 MiB each, for the people who review. Agents do not read them.
          </span>
        ) : (
          <span className="verbatim font-medium text-destructive">{problems.join(" ")}</span>
        )}
      </p>
      <p role="status" className="sr-only">
        {filesStatus(files)}
      </p>
    </div>
  );
}
