import { ConvexError } from "convex/values";
import { ACCOUNT_TEXTS } from "./account/texts";
import { CONFLICT_TEXTS } from "./review/conflicts";
import { LIFE_TEXTS } from "./review/life";
import type { Problem } from "./time/problem";

// Every mistake a person can make, with what happened, what became of their work, and what to do next. Those of deciding,
// of a request's life and of accounts stand with their rules.
const TEXTS = {
  ...LIFE_TEXTS,
  ...CONFLICT_TEXTS,
  ...ACCOUNT_TEXTS,
  notSignedIn: "You are not signed in. Sign in and try again; nothing was changed.",
  notAllowed: "Your role does not allow this. Nothing was changed. Ask an admin if you need it.",
  demoOff: "Demo sign-in is off on this desk. Sign in with your own account.",
  demoNotEmpty:
    "This desk already holds real people or requests, so demo mode was not switched on. Nothing was changed.",
  notFound: "This does not exist, or you may not see it.",
  unknownPlaybook: "The desk has no such playbook. Nothing was submitted. Choose one from the list.",
  fromInvalid: "Enter the sender's e-mail address, such as maria@example.com. Nothing was submitted.",
  subjectInvalid: "Enter a subject of at most 200 characters on one line. Nothing was submitted.",
  messageEmpty: "The message is empty. Nothing was submitted. Enter it and try again.",
  messageTooLong: "The message is longer than 20,000 characters. Nothing was submitted. Shorten it and try again.",
  textInvalid: "The text holds broken characters. Nothing was changed. Paste it again as plain text.",
  deadlineInvalid: "The time to decide must lie between 10 seconds and 30 days. Nothing was submitted.",
  attachmentEmpty: "The file is empty, so it was not attached. What you typed and other files are kept. Choose another one.",
  attachmentTooLarge:
    "The file is larger than 10 MiB, so it was not attached. What you typed and other files are kept. Make it smaller, or split it.",
  attachmentsTooMany: "A request takes at most ten files. Nothing was submitted. Remove some and submit again.",
  attachmentGone:
    "One of the files is no longer here, or it is part of another request. Nothing was submitted. Attach it again and submit.",
  submissionKeyInvalid: "The submission key must have 1 to 200 characters. Nothing was submitted.",
  submissionKeyReused: "This submission key was used for a different message. Nothing was submitted. Use a new key.",
  reasonRequired: "A rejection needs a reason. Nothing was decided. Write one and reject again.",
  feedbackRequired: "Say what should change: it goes to the agent. Nothing was decided. Write it and try again.",
  commentEmpty: "The comment is empty. Nothing was saved. Write it and try again.",
  personUnknown: "Nobody with this id can act here. Nothing was changed. Choose somebody from the list.",
  actionInvalid:
    "The edited action cannot be performed. Nothing was decided and your edit is kept. Correct it and try again.",
  absenceInvalid: "This absence cannot be saved. Nothing was changed. Correct it and try again.",
  removeSelf: "You cannot deactivate yourself. Nothing was changed. Ask another admin.",
  demoPersonGone:
    "This person was made up for the demo, which is over. Nothing was changed. Invite somebody real instead.",
  personErased:
    "This person's content was erased, so there is nobody to take back. Nothing was changed. Invite them as somebody new.",
  lastAdmin:
    "This is the only admin who can sign in, so the desk would be left without one. Nothing was changed. Make somebody else an admin first.",
  snoozeInvalid: "The end of the snooze must lie in the future. Nothing was changed. Choose a later time.",
  approvalOver:
    "The approval of this action ran out before it was performed. Nothing was performed. A retry asks its reviewers again.",
  brakeReason: "Say why the desk is stopped: it is shown to everybody. Nothing was changed. Write it and try again.",
  noteTooLong: "The text is longer than 2,000 characters. Nothing was decided. Shorten it and try again.",
  policyInvalid:
    "The policy cannot be followed as it is. Nothing was saved, and your text is kept. Correct the marked fields and save again.",
  policyChanged:
    "A newer version of this policy was saved since you began. Nothing was saved, and your text is kept. Compare it with the newer version, then save it on top or discard it.",
  ruleNotApproving:
    "This rule asks people, so there is nothing to revoke. Nothing was changed. To change the rule, save a new version of the policy.",
  dryRunInvalid: "A dry run looks at 1 to 200 requests. Nothing was run. Choose a number between them.",
  groupNameInvalid: "A group needs a name of at most 100 characters. Nothing was changed. Enter one and try again.",
  groupNameTaken: "Another group has this name already. Nothing was changed. Choose a different name.",
  groupsFull: "The desk has as many groups as it can hold (200). Nothing was changed. Rename one that is not used.",
  viewNameInvalid: "A view needs a name of at most 100 characters. Nothing was saved. Enter one and try again.",
  viewGone:
    "This view was removed, or it is no longer shared. Nothing was changed. Your filters are kept in the address.",
  viewNotYours:
    "Only who saved a view, or an admin, changes it for everybody. Nothing was changed. Save it under a name of your own.",
  viewsFull:
    "You have as many saved views as the desk keeps for you (100). Nothing was saved. Remove one and try again.",
  groupFull: "The group has as many members as it can hold (200). Nothing was changed. Take somebody out first.",
  eraseSelf: "You cannot erase yourself. Nothing was erased. Ask another admin.",
  eraseActive: "This person is still active. Nothing was erased. Deactivate them first, then erase them.",
  auditKeyMissing:
    "This desk has no key to sign its history with, so an export would prove nothing. Nothing was exported. Set AUDIT_SIGNING_KEY and try again.",
} as const;

export type ErrorCode = keyof typeof TEXTS;
export type ErrorDetails = Record<string, string | number | boolean | null | Problem[]>;
export type DeskErrorData = { code: ErrorCode; message: string } & ErrorDetails;

/** The text a person reads for a code. */
export function errorText(code: ErrorCode): string {
  return TEXTS[code];
}

/**
 * A person's mistake as an error the screen can show: `data` is `{ code, message, ...details }`.
 * `message` in the details replaces the standard text where the case knows more (who won, what is current).
 */
export function deskError(
  code: ErrorCode,
  details: ErrorDetails & { message?: string } = {},
): ConvexError<DeskErrorData> {
  return new ConvexError<DeskErrorData>({ code, message: TEXTS[code], ...details });
}

/** The desk's error in something caught, or null when it is another kind of failure. */
export function deskErrorOf(error: unknown): DeskErrorData | null {
  if (!(error instanceof ConvexError)) return null;
  const data: unknown = error.data;
  if (typeof data !== "object" || data === null || !("code" in data)) return null;
  return typeof data.code === "string" && data.code in TEXTS ? (data as DeskErrorData) : null;
}
