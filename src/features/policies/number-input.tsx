import { useState } from "react";
import { Input } from "@/components/ui/input";

/**
 * A number as it is typed. What is not a number yet is handed on as NaN, and stays as it was typed. `scale`: how many of
 * the policy's units one typed unit is (100 for cents typed as dollars).
 */
export function NumberInput({
  value,
  onChange,
  scale = 1,
  ...rest
}: Omit<React.ComponentProps<typeof Input>, "value" | "onChange"> & {
  value: number;
  onChange: (value: number) => void;
  scale?: number;
}) {
  const [typed, setTyped] = useState(() => textOf(value, scale));
  // A value that came from elsewhere (a discarded change, another version) replaces what was typed.
  const shown = Object.is(numberOf(typed, scale), value) ? typed : textOf(value, scale);
  return (
    <Input
      inputMode="decimal"
      autoComplete="off"
      {...rest}
      value={shown}
      onChange={({ target }) => {
        setTyped(target.value);
        onChange(numberOf(target.value, scale));
      }}
    />
  );
}

function textOf(value: number, scale: number): string {
  return Number.isFinite(value) ? String(value / scale) : "";
}

function numberOf(text: string, scale: number): number {
  const plain = text.trim().replace(",", ".");
  if (!/^-?\d+(\.\d+)?$/.test(plain)) return Number.NaN;
  const number = Number(plain) * scale;
  return scale === 1 ? number : Math.round(number);
}
