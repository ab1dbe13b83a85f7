import { MousePointerClickIcon } from "lucide-react";
import { EmptyState } from "@/components/page";
import { Kbd } from "@/components/ui/kbd";

/** The right side of the inbox before a task is chosen. */
export function NothingChosen() {
  return (
    <EmptyState icon={MousePointerClickIcon} title="Choose a task" className="h-full">
      <p>
        The draft appears here with its evidence, as it will be performed. Press <Kbd>j</Kbd> for the first one and{" "}
        <Kbd>?</Kbd> for all keys.
      </p>
    </EmptyState>
  );
}
