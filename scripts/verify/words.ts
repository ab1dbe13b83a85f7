import type { Problem, Report } from "../../convex/shared/audit/verify.ts";

/** What a check found wrong, for a person. */
export function problemText(file: string, { line, chain, seq, reason }: Problem): string {
  const event = chain === null ? "" : ` (event ${seq} of ${chain})`;
  return `ALTERED: ${file}, line ${line}${event}. ${reason}\nWhat stands before this line is as the desk recorded it; nothing after it was checked.`;
}

/** What was known from elsewhere: whether a public key, and how many checkpoints. */
type Known = { trusted: boolean; kept: number };

/** What a check has shown, and what it cannot show. */
export function reportText(report: Report, { trusted, kept }: Known): string {
  const { events, proven, chains, checkpoint, checkpoints, parts, origin, key, whole } = report;
  const n = (count: number) => count.toLocaleString("en");
  const shown = [
    `UNALTERED: ${n(events)} events of ${n(chains)} chains, in ${n(parts)} ${parts === 1 ? "part" : "parts"} of ${whole ? "a whole" : "a filtered"} export of ${origin}.`,
    ...(whole ? [] : [`Filter: ${JSON.stringify(report.filter)}`]),
    checkpoint === null
      ? "The desk had made no checkpoint yet."
      : `${n(proven)} events are proven to be in the tree of ${n(checkpoint.size)} events that the desk signed as checkpoint ${checkpoint.number} at ${timeText(checkpoint.at)}; ${checkpoints === 1 ? "one checkpoint was" : `${n(checkpoints)} checkpoints were`} checked.`,
    ...(report.kept === 0 ? [] : [`${report.kept === 1 ? "One of them is a checkpoint" : `${n(report.kept)} of them are checkpoints`} that you kept, unchanged.`]),
    `Signed with the key ${key.publicKey} (id ${key.keyId})${trusted ? ", which is yours or one that yours vouches for" : ""}.`,
  ];
  return [...shown, "", "What this cannot show:", ...unprovenTexts(report, { trusted, kept }).map((line) => `- ${line}`)].join("\n");
}

/** What nobody can conclude from an export, as sentences. */
function unprovenTexts(report: Report, { trusted, kept }: Known): string[] {
  const { pending, erased, whole, firstPart, complete, sealed, beyond } = report;
  const n = (count: number) => count.toLocaleString("en");
  const events = (count: number, one: string, many: string) => (count === 0 ? [] : [count === 1 ? one : `${n(count)} ${many}`]);
  return [
    ...(trusted ? [] : ["whose key it is: compare it with the one you know, or give that one with --key"]),
    ...events(
      kept - report.kept,
      "anything by one checkpoint that you kept: it does not stand in this export",
      "checkpoints that you kept show nothing here: they do not stand in this export",
    ),
    ...events(
      pending,
      "the place of one event that no checkpoint held yet: it is in the export by the desk's signature alone",
      "events have no proven place, because no checkpoint held them yet: they are in the export by the desk's signature alone",
    ),
    ...events(erased, "what the words of one event said: they were erased", "events had words that were erased; what they said cannot be shown"),
    ...(whole ? [] : ["that nothing which the filter finds was left out: that is the desk's signed word"]),
    ...(whole || beyond === 0 ? [] : [`the ${n(beyond)} later events that these chains have at the desk`]),
    ...(firstPart === 1 ? [] : [`what the parts before part ${firstPart} hold`]),
    ...(complete ? [] : ["what the parts after the last one hold"]),
    ...(sealed === 0 ? [] : [`the first ${n(sealed)} events of the desk as far as they are not here: they were sealed and exported before`]),
    "what happened after it was made, and what a person saw: a screen can only attest what it showed",
  ];
}

function timeText(at: number): string {
  return new Date(at).toISOString().replace("T", " ").replace(/\.\d+Z$/, " UTC");
}
