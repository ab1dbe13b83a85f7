import { EyeIcon, EyeOffIcon } from "lucide-react";
import { type ComponentProps, useState } from "react";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";

/**
 * A password's field with a button that shows what was typed. `autoComplete` tells password managers whether it is the one they
 * keep or a new one.
 */
export function PasswordInput(
  props: Omit<ComponentProps<"input">, "type" | "autoComplete"> & { autoComplete: "current-password" | "new-password" },
) {
  const [shown, setShown] = useState(false);
  const Icon = shown ? EyeOffIcon : EyeIcon;
  return (
    <div className="relative">
      <Input
        {...props}
        type={shown ? "text" : "password"}
        spellCheck={false}
        autoCapitalize="none"
        autoCorrect="off"
        className="pr-11"
      />
      <Button
        type="button"
        variant="ghost"
        size="icon-sm"
        aria-label={shown ? "Hide the password" : "Show the password"}
        aria-pressed={shown}
        aria-controls={props.id}
        className="absolute top-0.5 right-0.5 text-muted-foreground"
        onClick={() => setShown(!shown)}
      >
        <Icon aria-hidden />
      </Button>
    </div>
  );
}
