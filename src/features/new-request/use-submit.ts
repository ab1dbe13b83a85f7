import { api } from "@convex/_generated/api";
import type { Attachment } from "@convex/shared/attachments/attachments";
import { useNavigate } from "@tanstack/react-router";
import { useMutation } from "convex/react";
import { useRef } from "react";
import { newSubmissionKey } from "@/lib/submission-key";
import type { FormValues } from "./form";

/**
 * Submits and opens the request. The key that names the submission stays the same while the same thing is sent again
 * after a failure, so that a lost answer never makes two requests.
 *
 * @param withinMs a shorter time to decide than the policy's, or null
 * @returns a call with the text and the files that are at the desk, and with what is to be done as soon as the desk has taken
 *   them; it rejects with the desk's error
 */
export function useSubmit(
  playbook: string,
  withinMs: number | null,
): (input: FormValues, files?: readonly Attachment[], onTaken?: () => void) => Promise<void> {
  const submit = useMutation(api.requests.submit);
  const navigate = useNavigate();
  const last = useRef<{ of: string; key: string } | null>(null);
  return async (input, files = [], onTaken) => {
    const attachments = files.map(({ attachmentId }) => attachmentId);
    const of = JSON.stringify([playbook, input, withinMs, attachments]);
    if (last.current?.of !== of) last.current = { of, key: newSubmissionKey() };
    const asked = { playbook, input, submissionKey: last.current.key, attachments };
    const { requestId } = await submit(withinMs === null ? asked : { ...asked, decideWithinMs: withinMs });
    last.current = null;
    onTaken?.();
    await navigate({ to: "/requests/$requestId", params: { requestId } });
  };
}
