import { useRef, useState } from "react";
import { type Explanation, explain } from "./errors";

/**
 * Runs one call to the desk at a time: a second click while the first is on its way does nothing.
 *
 * @returns `run` (true when the call succeeded), whether one is on its way, and what went wrong with the last one
 */
export function useOnce(): {
  run: (call: () => Promise<unknown>) => Promise<boolean>;
  pending: boolean;
  error: Explanation | null;
  clear: () => void;
} {
  const busy = useRef(false);
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<Explanation | null>(null);
  const run = async (call: () => Promise<unknown>): Promise<boolean> => {
    if (busy.current) return false;
    busy.current = true;
    setPending(true);
    setError(null);
    try {
      await call();
      return true;
    } catch (caught) {
      setError(explain(caught));
      return false;
    } finally {
      busy.current = false;
      setPending(false);
    }
  };
  return { run, pending, error, clear: () => setError(null) };
}
