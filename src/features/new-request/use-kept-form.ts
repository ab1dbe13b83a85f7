import { useState } from "react";
import type { FormValues } from "./form";

const EMPTY: FormValues = { from: "", subject: "", message: "" };

/**
 * The form's values, kept in this tab until they are sent: a reload, a sign-out or a failed submission loses nothing.
 * Values are stored as they are set, not when the screen is drawn: a sent form is cleared as its screen is left.
 */
export function useKeptForm(personId: string): [FormValues, (values: FormValues) => void] {
  const key = `countersign.newRequest.${personId}`;
  const [values, setValues] = useState<FormValues>(() => read(key));
  const keep = (next: FormValues): void => {
    write(key, next);
    setValues(next);
  };
  return [values, keep];
}

function write(key: string, values: FormValues): void {
  try {
    const empty = values.from === "" && values.subject === "" && values.message === "";
    if (empty) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, JSON.stringify(values));
  } catch {
    // No storage, or too much for it: the values stay in memory.
  }
}

function read(key: string): FormValues {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(key) ?? "null");
    if (typeof stored !== "object" || stored === null) return EMPTY;
    const text = (name: keyof FormValues) => {
      const value: unknown = (stored as Record<string, unknown>)[name];
      return typeof value === "string" ? value : "";
    };
    return { from: text("from"), subject: text("subject"), message: text("message") };
  } catch {
    return EMPTY;
  }
}
