import { CheckIcon, CopyIcon, MailCheckIcon } from "lucide-react";
import { useId, useState } from "react";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { Label } from "@/components/ui/label";
import { minuteTime } from "@/lib/format";
import type { MadeLink } from "./types";

/** A link that lets somebody in once: to copy, and whether it goes out by e-mail as well. It is shown this once. */
export function LinkNote({ made, name, what }: { made: MadeLink; name: string; what: string }) {
  const id = useId();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    setCopied(
      await navigator.clipboard.writeText(made.link).then(
        () => true,
        () => false,
      ),
    );
  };
  return (
    <div className="flex min-w-0 flex-col gap-3 rounded-md border p-3">
      <p role="status">
        {made.mailed ? (
          <>
            <MailCheckIcon aria-hidden className="mr-1.5 inline size-4 align-text-bottom text-success" />
            The {what} goes to {name} by e-mail. You can also give it to them yourself.
          </>
        ) : (
          <>
            Give this {what} to {name} in a way only they can read: this desk sends no e-mail.
          </>
        )}{" "}
        It works once, until {minuteTime(made.expiresAt)}, and is shown only now.
      </p>
      <div className="flex min-w-0 flex-wrap items-end gap-2">
        <div className="flex min-w-0 flex-1 basis-52 flex-col gap-1.5">
          <Label htmlFor={id}>Link</Label>
          <Input
            id={id}
            readOnly
            className="font-mono text-xs"
            value={made.link}
            onFocus={({ target }) => target.select()}
          />
        </div>
        <Button type="button" variant="outline" onClick={() => void copy()}>
          {copied ? <CheckIcon aria-hidden /> : <CopyIcon aria-hidden />}
          {copied ? "Copied" : "Copy"}
        </Button>
      </div>
    </div>
  );
}
