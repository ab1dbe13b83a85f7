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
 * @param withinMs a shorter time to decide than the policy's, or null
 * @returns a call that rejects with the desk's error
 */
export function useSubmit(playbook: string, withinMs: number | null): (input: FormValues) => Promise<void> {
  const submit = useMutation(api.requests.submit);
  const navigate = useNavigate();
  const last = useRef<{ of: string; key: string } | null>(null);
  return async (input) => {
    const of = JSON.stringify([playbook, input, withinMs]);
    if (last.current?.of !== of) last.current = { of, key: newSubmissionKey() };
    const asked = { playbook, input, submissionKey: last.current.key };
    const { requestId } = await submit(withinMs === null ? asked : { ...asked, decideWithinMs: withinMs });
    last.current = null;
    await navigate({ to: "/requests/$requestId", params: { requestId } });
  };
}
