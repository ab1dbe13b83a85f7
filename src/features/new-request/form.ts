/** What the form holds, as typed. */
export interface FormValues {
  from: string;
  subject: string;
  message: string;
}

export interface Limits {
  from: number;
  subject: number;
  message: number;
}

export type FormProblems = Partial<Record<keyof FormValues, string>>;

const ADDRESS = /^(?:[^<>\r\n]*<[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+>|[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+)$/;

/**
 * What keeps the form from being submitted, per field. `labels` are the playbook's names of the fields. The backend
 * decides; this only warns early.
 */
export function formProblems(values: FormValues, limits: Limits, labels: FormValues): FormProblems {
  const problems: FormProblems = {};
  const from = values.from.trim();
  const subject = values.subject.trim();
  const message = values.message.trim();
  if (from === "") problems.from = "Enter who asks, with an e-mail address.";
  else if (from.length > limits.from) problems.from = `At most ${limits.from} characters.`;
  else if (!ADDRESS.test(from)) problems.from = "Enter an e-mail address, such as maria@example.com.";
  if (subject === "") problems.subject = `“${labels.subject}” is empty.`;
  else if (subject.length > limits.subject) problems.subject = `At most ${limits.subject} characters.`;
  if (message === "") problems.message = `“${labels.message}” is empty.`;
  else if (message.length > limits.message) {
    const over = (message.length - limits.message).toLocaleString();
    problems.message = `At most ${limits.message.toLocaleString()} characters: ${over} too many.`;
  }
  return problems;
}

/** The field that an error of the desk is about, by its code; undefined when it is about none of them. */
export function fieldOf(code: string): keyof FormValues | "files" | undefined {
  switch (code) {
    case "attachmentGone":
    case "attachmentsTooMany":
      return "files";
    case "fromInvalid":
      return "from";
    case "subjectInvalid":
      return "subject";
    case "messageEmpty":
    case "messageTooLong":
      return "message";
    default:
      return undefined;
  }
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/**
 * The times to decide that a requester may choose in place of the policy's, in ms, shortest first. Half a minute is
 * there to watch a deadline pass, so only a demo offers it.
 */
export function deadlineChoices(demo: boolean): number[] {
  return [...(demo ? [30 * SECOND] : []), 15 * MINUTE, HOUR, 4 * HOUR, 24 * HOUR];
}
