import { EraserIcon } from "lucide-react";
import { useId, useState } from "react";
import { toast } from "sonner";
import { ErrorNote } from "@/components/page";
import { Button } from "@/components/ui/button";
import { Dialog, DialogContent, DialogDescription, DialogHeader, DialogTitle } from "@/components/ui/dialog";
import { Input } from "@/components/ui/input";
import { Label } from "@/components/ui/label";
import type { Explanation } from "@/lib/errors";

/** The word to type: nothing brings back what was erased. */
const WORD = "erase";

/** Erases somebody's personal content, after saying what goes and what stays and asking for a word. */
export function EraseButton(props: {
  /** Whose, as the sentence goes on: "Priya Raman", "maria@example.com". */
  of: string;
  pending: boolean;
  error: Explanation | null;
  onErase: () => Promise<boolean>;
}) {
  const { of, pending, error } = props;
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState("");
  const id = useId();
  const show = (isOpen: boolean) => {
    setOpen(isOpen);
    setTyped("");
  };
  const confirm = async () => {
    if (!(await props.onErase())) return;
    show(false);
    toast.success("It is being erased. The history says when it is done.");
  };
  return (
    <>
      <Button variant="outline" size="sm" onClick={() => show(true)}>
        <EraserIcon aria-hidden />
        Erase personal content…
      </Button>
      <Dialog open={open} onOpenChange={show}>
        <DialogContent>
          <DialogHeader>
            <DialogTitle className="[overflow-wrap:anywhere]">Erase the personal content of {of}?</DialogTitle>
            <DialogDescription>
              Gone for good: their requests' messages, drafts, performed texts and agents' notes, what they wrote when
              they decided or commented, and their name. What happened, when and by whom stays, and the history can
              still be checked. Requests under way keep their content until they are over and you erase again. Exports
              made before are not changed.
            </DialogDescription>
          </DialogHeader>
          <form
            className="flex flex-col gap-4"
            onSubmit={(event) => {
              event.preventDefault();
              if (typed === WORD && !pending) void confirm();
            }}
          >
            <div className="flex flex-col gap-1.5">
              <Label htmlFor={id}>Type “{WORD}” to confirm</Label>
              <Input id={id} value={typed} autoComplete="off" onChange={(event) => setTyped(event.target.value)} />
            </div>
            {error !== null && <ErrorNote error={error} />}
            <div className="flex flex-wrap justify-end gap-2">
              <Button type="button" variant="outline" onClick={() => show(false)}>
                Keep it
              </Button>
              <Button type="submit" variant="destructive" disabled={typed !== WORD || pending} aria-busy={pending}>
                {pending ? "Erasing…" : "Erase for good"}
              </Button>
            </div>
          </form>
        </DialogContent>
      </Dialog>
    </>
  );
}
