import { useSyncExternalStore } from "react";

export type ThemeChoice = "system" | "light" | "dark";

// public/theme.js reads the same key before the first paint.
const KEY = "countersign.theme";
const listeners = new Set<() => void>();
const systemDark = window.matchMedia("(prefers-color-scheme: dark)");

function readChoice(): ThemeChoice {
  try {
    const stored = localStorage.getItem(KEY);
    return stored === "light" || stored === "dark" ? stored : "system";
  } catch {
    return "system";
  }
}

function apply(): void {
  const choice = readChoice();
  const dark = choice === "dark" || (choice === "system" && systemDark.matches);
  document.documentElement.classList.toggle("dark", dark);
  for (const listener of listeners) listener();
}

systemDark.addEventListener("change", apply);
window.addEventListener("storage", (event) => {
  if (event.key === KEY) apply();
});

/** Remembers the choice in this browser and applies it to every open tab. */
export function chooseTheme(choice: ThemeChoice): void {
  try {
    if (choice === "system") localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, choice);
  } catch {
    // Storage is blocked: the system's choice stays.
  }
  apply();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The person's choice; "system" follows the operating system. */
export function useThemeChoice(): ThemeChoice {
  return useSyncExternalStore(subscribe, readChoice);
}
