import { useEffect, useState } from "react";
import type { FormValues } from "./form";

const EMPTY: FormValues = { from: "", subject: "", message: "" };

/** The form's values, kept in this tab until they are sent: a reload, a sign-out or a failed submission loses nothing. */
export function useKeptForm(personId: string): [FormValues, (values: FormValues) => void] {
  const key = `countersign.newRequest.${personId}`;
  const [values, setValues] = useState<FormValues>(() => read(key));
  useEffect(() => {
    try {
      const empty = values.from === "" && values.subject === "" && values.message === "";
      if (empty) sessionStorage.removeItem(key);
      else sessionStorage.setItem(key, JSON.stringify(values));
    } catch {
      // No storage, or too much for it: the values stay in memory.
    }
  }, [key, values]);
  return [values, setValues];
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
