import { api } from "@convex/_generated/api";
import { useNavigate } from "@tanstack/react-router";
import { useMutation } from "convex/react";
import { useRef } from "react";
import { newSubmissionKey } from "@/lib/submission-key";
import type { FormValues } from "./form";

/**
 * Submits and goes to the request. The key that names the submission stays the same while the same thing is sent again
 * after a failure, so that a lost answer never makes two requests.
 *
 * @returns a call that rejects with the desk's error
 */
export function useSubmit(playbook: string, withinMs: number): (input: FormValues) => Promise<void> {
  const submit = useMutation(api.requests.submit);
  const navigate = useNavigate();
  const last = useRef<{ of: string; key: string } | null>(null);
  return async (input) => {
    const of = JSON.stringify([playbook, input, withinMs]);
    if (last.current?.of !== of) last.current = { of, key: newSubmissionKey() };
    const { requestId } = await submit({ playbook, input, decideWithinMs: withinMs, submissionKey: last.current.key });
    last.current = null;
    await navigate({ to: "/requests/$requestId", params: { requestId } });
  };
}
