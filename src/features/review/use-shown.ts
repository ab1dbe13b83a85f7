import type { Shown } from "@convex/shared/audit/event";
import { useCallback, useEffect, useRef } from "react";

/**
 * When the draft with `digest` was first painted on this screen while somebody could see it: what the screen attests with a
 * decision. Answers a function that tells it: undefined as long as it was not.
 */
export function useShown(digest: string | null): () => Shown | undefined {
  const shown = useRef<Shown | undefined>(undefined);
  useEffect(() => {
    if (digest === null || shown.current?.digest === digest) return;
    shown.current = undefined;
    let frame = 0;
    const look = () => {
      // A page in the background paints nothing.
      if (document.visibilityState !== "visible") return;
      frame = requestAnimationFrame(() => {
        shown.current ??= { digest, at: Date.now() };
      });
    };
    look();
    document.addEventListener("visibilitychange", look);
    return () => {
      cancelAnimationFrame(frame);
      document.removeEventListener("visibilitychange", look);
    };
  }, [digest]);
  return useCallback(() => shown.current, []);
}
