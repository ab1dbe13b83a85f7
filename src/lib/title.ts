import { useEffect } from "react";

/** Names the page in the browser's tab while the screen is shown: "Inbox · Countersign". */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Countersign`;
    return () => {
      document.title = "Countersign";
    };
  }, [title]);
}
