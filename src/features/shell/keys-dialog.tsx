import { Dialog, DialogContent, DialogDescription, DialogHeader, DialogTitle } from "@/components/ui/dialog";
import { Kbd } from "@/components/ui/kbd";

const KEYS: { keys: string[]; does: string }[] = [
  { keys: ["j"], does: "Next in the inbox" },
  { keys: ["k"], does: "Previous in the inbox" },
  { keys: ["a"], does: "Approve the draft shown" },
  { keys: ["r"], does: "Reject it: then write the reason" },
  { keys: ["c"], does: "Request changes: then write the feedback. Answer, where it is a question" },
  { keys: ["e"], does: "Edit it" },
  { keys: ["d"], does: "Delegate it: then choose to whom" },
  { keys: ["z"], does: "Undo your decision, while it waits to take effect" },
  { keys: ["Ctrl", "Enter"], does: "Send the reason, the feedback or the comment" },
  { keys: ["Esc"], does: "Leave what you write; it is kept" },
  { keys: ["?"], does: "Show this help" },
];

/** The keys that work on every screen where their command exists. */
export function KeysDialog(props: { open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Dialog open={props.open} onOpenChange={props.onOpenChange}>
      <DialogContent>
        <DialogHeader>
          <DialogTitle>Keys</DialogTitle>
          <DialogDescription>They rest while you type into a field.</DialogDescription>
        </DialogHeader>
        <dl className="grid grid-cols-[auto_1fr] items-center gap-x-4 gap-y-2.5">
          {KEYS.map(({ keys, does }) => (
            <div key={does} className="contents">
              <dt className="flex gap-1">
                {keys.map((key) => (
                  <Kbd key={key}>{key}</Kbd>
                ))}
              </dt>
              <dd>{does}</dd>
            </div>
          ))}
        </dl>
      </DialogContent>
    </Dialog>
  );
}
