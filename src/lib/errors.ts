import { type DeskErrorData, deskErrorOf } from "@convex/shared/errors";

/** What a screen says about something that went wrong: what happened, what became of the person's work, what to do next. */
export interface Explanation {
  title: string;
  message: string;
  /** The desk's own error, when it is one: its code and details decide what the screen offers next. */
  desk: DeskErrorData | null;
}

const SERVER_TEXT =
  "The desk met an error of its own and changed nothing. Try again; if it happens again, tell whoever runs the desk.";

/**
 * Turns anything caught into words. Mistakes the desk names keep its own words; everything else is described without
 * internals, with the request id that the server's log also holds.
 */
export function explain(error: unknown): Explanation {
  const desk = deskErrorOf(error);
  if (desk !== null) return { title: titleOf(desk), message: desk.message, desk };
  const text = error instanceof Error ? error.message : String(error);
  if (/connection lost|failed to fetch|networkerror|load failed/i.test(text)) {
    return {
      title: "The connection was lost",
      message: "The desk did not answer, so it is unknown whether this was done. Look at the current state, then try again.",
      desk: null,
    };
  }
  const requestId = /\[Request ID: ([\w-]+)\]/.exec(text)?.[1];
  return {
    title: "That did not work",
    message: requestId === undefined ? SERVER_TEXT : `${SERVER_TEXT} Request ID ${requestId}.`,
    desk: null,
  };
}

function titleOf(desk: DeskErrorData): string {
  switch (desk.code) {
    case "alreadyDecided":
    case "taskClosed":
    case "handedOver":
      return "Somebody was first";
    case "alreadyWithdrawn":
      return "It was withdrawn";
    case "alreadyCanceled":
      return "It was canceled";
    case "alreadyRevoked":
      return "The approval was revoked";
    case "undoOver":
      return "The time to undo is over";
    case "notAsked":
      return "You are not asked";
    case "staleDraft":
      return "The draft has changed";
    case "deadlinePassed":
      return "The deadline was first";
    case "notSignedIn":
      return "You are not signed in";
    case "notAllowed":
    case "ownRequest":
      return "You may not do this";
    case "isQuestion":
      return "This is a question";
    case "signInFailed":
      return "That did not sign you in";
    case "tooManyTries":
      return "Too many tries";
    case "ssoUnknown":
    case "ssoUnverified":
    case "personGone":
      return "You are not let in";
    case "passwordRefused":
      return "Choose a different password";
    case "notFound":
      return "Not found";
    default:
      return "That was not possible";
  }
}
