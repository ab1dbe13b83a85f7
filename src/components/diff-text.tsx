import { useMemo } from "react";
import { AsWritten } from "@/components/as-written";
import { textDiff } from "@/lib/text-diff";

/** Two texts as one, with what was added and what was removed marked by more than colour. */
export function DiffText({ before, after }: { before: string; after: string }) {
  const parts = useMemo(() => textDiff(before, after), [before, after]);
  return (
    <span className="verbatim">
      {parts.map((part, index) => {
        if (part.kind === "same")
          return (
            <span key={index}>
              <AsWritten text={part.text} />
            </span>
          );
        const added = part.kind === "added";
        const Tag = added ? "ins" : "del";
        return (
          <Tag
            key={index}
            className={
              added
                ? "rounded-xs bg-added text-added-foreground decoration-1 underline-offset-2"
                : "rounded-xs bg-removed text-removed-foreground decoration-1"
            }
          >
            <span className="sr-only">{added ? " [added: " : " [removed: "}</span>
            <AsWritten text={part.text} />
            <span className="sr-only">]</span>
          </Tag>
        );
      })}
    </span>
  );
}
