import { FileIcon } from "lucide-react";
import type { ReactNode } from "react";
import { AsWritten } from "@/components/as-written";
import { fileSize } from "@/lib/format";

/** One file of a list: its whole name, its size in bytes with what else is said of it, and what can be done with it. */
export function FileLine(props: {
  name: string;
  size: number;
  aside?: ReactNode;
  actions: ReactNode;
  children?: ReactNode;
}) {
  return (
    <li className="flex flex-col gap-2 px-3 py-2">
      <div className="flex items-start gap-x-2.5">
        <FileIcon aria-hidden className="mt-0.5 size-4 shrink-0 text-muted-foreground" />
        <div className="min-w-0 flex-1">
          {/* Left to right whatever its letters are: the ending of a name stands at its end. */}
          <p dir="ltr" className="whitespace-pre-wrap [overflow-wrap:anywhere]">
            <AsWritten text={props.name} />
          </p>
          <p className="flex flex-wrap items-center gap-x-2 text-xs text-muted-foreground tabular-nums">
            {fileSize(props.size)}
            {props.aside}
          </p>
        </div>
        <div className="flex shrink-0 items-center gap-1">{props.actions}</div>
      </div>
      {props.children}
    </li>
  );
}
