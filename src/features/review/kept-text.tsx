/** Text that could not be sent any more, for its writer to copy. `why` says what came first, if nothing else does. */
export function KeptText({ why, text }: { why: string | null; text: string }) {
  return (
    <div role="status" className="flex flex-col gap-2">
      {why !== null && <p className="font-medium">{why}</p>}
      <p tabIndex={0} className="verbatim max-h-40 overflow-y-auto rounded-md border px-3 py-2">
        <span className="block text-xs text-muted-foreground">What you wrote, kept for you to copy:</span>
        {text}
      </p>
    </div>
  );
}
