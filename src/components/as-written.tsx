import { EyeOffIcon } from "lucide-react";
import { useMemo } from "react";
import { holdsUnseen, piecesOf, wordsOf } from "@/lib/unseen";

/**
 * What somebody wrote, each character in its place: one that would turn the direction of the text, or not be seen at all, is
 * named where it stands.
 */
export function AsWritten({ text }: { text: string }) {
  const pieces = useMemo(() => piecesOf(text), [text]);
  return pieces.map((piece, index) =>
    piece.kind === "seen" ? (
      piece.text
    ) : (
      <mark
        key={index}
        title={`Invisible in the text: ${piece.codes.slice(0, 20).join(" ")}${piece.codes.length > 20 ? " …" : ""}`}
        className="mx-0.5 rounded-xs bg-removed px-1 font-mono text-[0.8em] text-removed-foreground [unicode-bidi:isolate]"
      >
        {wordsOf(piece)}
      </mark>
    ),
  );
}

/** Says of what is to be decided that it holds such characters; nothing where it holds none. */
export function UnseenNote({ texts }: { texts: readonly string[] }) {
  if (!texts.some(holdsUnseen)) return null;
  return (
    <p
      role="note"
      className="flex items-start gap-2 border-b bg-removed px-4 py-2 text-[13px] text-removed-foreground sm:px-5"
    >
      <EyeOffIcon aria-hidden className="mt-0.5 size-4 shrink-0" />
      <span>
        This draft holds characters that cannot be seen or that turn the text around. They are marked where they stand.
      </span>
    </p>
  );
}
