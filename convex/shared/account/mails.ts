// What the e-mails say that carry a link. Plain text: every reader shows it as it is.

import { LINK_LIFE_MS, type LinkKind } from "./links";

const HOUR_MS = 3_600_000;

/** Subject and text of the e-mail with a link for somebody. Names come checked (names.ts), so they hold no line breaks. */
export function linkMail(kind: LinkKind, name: string, address: string): { subject: string; text: string } {
  const { subject, says } = WORDS[kind];
  const lines = [
    `Hello ${name},`,
    "",
    says,
    "",
    address,
    "",
    `The link works once, and for ${lifeWords(LINK_LIFE_MS[kind])}. If you did not expect this message, you need do nothing.`,
    "",
  ];
  return { subject, text: lines.join("\n") };
}

const WORDS: Record<LinkKind, { subject: string; says: string }> = {
  setup: {
    subject: "Set up your approval desk",
    says: "You are an admin of the approval desk. Choose your password here:",
  },
  invitation: {
    subject: "You are invited to the approval desk",
    says: "You were invited to the approval desk. Choose your password here:",
  },
  reset: {
    subject: "A new password for the approval desk",
    says: "Choose a new password for the approval desk here:",
  },
};

function lifeWords(ms: number): string {
  const hours = ms / HOUR_MS;
  if (hours <= 1) return "one hour";
  return hours <= 24 ? `${hours} hours` : `${hours / 24} days`;
}
