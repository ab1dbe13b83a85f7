import { api } from "@convex/_generated/api";
import { useMutation } from "convex/react";
import type { FunctionArgs } from "convex/server";
import { useOnce } from "./use-once";

/** Whose personal content is erased: somebody of the desk, or a customer by their e-mail address. */
export type ErasureSubject = FunctionArgs<typeof api.privacy.erase>["subject"];

/** Erases somebody's personal content; answers whether it was begun. Why it was not is `error`. For admins. */
export function useErase() {
  const begin = useMutation(api.privacy.erase);
  const { run, pending, error, clear } = useOnce();
  return {
    pending,
    error,
    clear,
    erase: (subject: ErasureSubject): Promise<boolean> => run(() => begin({ subject, confirm: "erase" })),
  };
}
