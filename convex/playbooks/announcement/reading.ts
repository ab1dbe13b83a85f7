// What the template model reads out of the facts a team hands over. Lines that begin with a dash are facts; the others say
// what to do with them.

import { isDay } from "../../shared/actions";
import type { Audience, Channel } from "../../shared/actions";
import { personalData } from "../../shared/personalData";
import type { Input } from "../../shared/records";

/** Marks of what must stay inside. */
export const INTERNAL = /\binternal(?:ly)?\b|not for publication|do not publish|confidential/i;
const STEERING = /ignore (?:all |your )*previous|system note/i;
const BULLET = /^\s*[-•*–]\s+(.+)$/;
/** Words between people, which are nobody's fact. */
const SMALL_TALK = /^(?:hi|hello|dear|thanks|thank you|best|regards|please|could you|can you|kind)\b/i;

/** Facts as they were written, and how many were left out because of what they hold. */
export type Facts = { facts: string[]; internal: number; personal: number };

/** The facts that may be published. Where no line begins with a dash, every sentence that is no small talk is one. */
export function factsIn({ message }: Input): Facts {
  const bullets = message.split("\n").flatMap((line) => BULLET.exec(line)?.[1]?.trim() ?? []);
  const sentences = message.split(/\n|(?<=[.!?])\s+/).map((text) => text.trim());
  const all = bullets.length > 0 ? bullets : sentences.filter((text) => /[.!?]$/.test(text) && !SMALL_TALK.test(text));
  const internal = all.filter((text) => INTERNAL.test(text) || STEERING.test(text));
  const personal = all.filter((text) => !internal.includes(text) && personalData(text) !== null);
  return {
    facts: all.filter((text) => !internal.includes(text) && !personal.includes(text)),
    internal: internal.length,
    personal: personal.length,
  };
}

/** What the lines beside the facts say. */
function orders({ subject, message }: Input): string {
  return [subject, ...message.split("\n").filter((line) => !BULLET.test(line))].join("\n");
}

const CHANNELS: readonly { channel: Channel; words: RegExp }[] = [
  { channel: "press", words: /press release|(?:for|to) the press|journalists/i },
  { channel: "newsletter", words: /newsletter/i },
  { channel: "social", words: /social media|instagram|mastodon/i },
  { channel: "website", words: /web ?site|blog|status page/i },
];

/** Where it is to be published: the channel named first, else the website. */
export function channelIn(input: Input): Channel {
  const text = orders(input);
  const named = CHANNELS.map(({ channel, words }) => ({ channel, at: text.search(words) })).filter(({ at }) => at >= 0);
  return named.sort((a, b) => a.at - b.at)[0]?.channel ?? "website";
}

/** Whom it is for: partners or customers where these are named, else whoever reads the channel. */
export function audienceIn(input: Input, channel: Channel): Audience {
  const text = orders(input);
  if (/\b(?:to|for) (?:our |all )?(?:partners|resellers|dealers)\b/i.test(text)) return "partners";
  if (/\b(?:to|for) (?:our |all )?customers\b/i.test(text)) return "customers";
  return channel === "newsletter" ? "customers" : "public";
}

/** The day it is to be published, as "YYYY-MM-DD", or null where none is named that exists. */
export function dayIn(input: Input): string | null {
  return (
    orders(input)
      .match(/\b\d{4}-\d{2}-\d{2}\b/g)
      ?.find(isDay) ?? null
  );
}
