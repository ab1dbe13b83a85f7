import { useAuthToken } from "@convex-dev/auth/react";
import { useCallback, useEffect, useRef } from "react";

/** Reads the person's token of the moment it is called, for routes that are not called over the desk's connection. */
export function useLatestToken(): () => string | null {
  const token = useAuthToken();
  const latest = useRef(token);
  useEffect(() => {
    latest.current = token;
  });
  return useCallback(() => latest.current, []);
}
