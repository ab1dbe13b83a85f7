"use node";
// The one way in which the desk sends something to an address that somebody configured. It connects to the very address it has
// checked and follows no redirect, so neither a name that changes nor an answer leads it into a private network.

import { lookup } from "node:dns";
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { v, type Infer } from "convex/values";
import { internalAction } from "../functions";
import { mayConnect } from "./addresses";

/** How much of an answer is kept, in characters: enough to see what went wrong. */
const ANSWER_MAX = 500;

/** What became of a call. Neither its address nor what was sent is in it. */
export const vPosted = v.union(
  v.object({ kind: v.literal("answered"), status: v.number(), answer: v.string() }),
  /** Nothing was sent: the address is none that may be sent to. */
  v.object({ kind: v.literal("refused"), reason: v.string() }),
  v.object({ kind: v.literal("late") }),
  v.object({ kind: v.literal("unreachable") }),
);
export type Posted = Infer<typeof vPosted>;

/** Sends one POST and answers what came back; it never throws for what the other side does. */
export const post = internalAction({
  args: { url: v.string(), headers: v.record(v.string(), v.string()), body: v.string(), timeoutMs: v.number() },
  returns: vPosted,
  handler: (_ctx, { url, headers, body, timeoutMs }) => send(url, headers, body, timeoutMs),
});

class Refused extends Error {}

const REFUSED =
  "The webhook's address leads into a private network, which only an admin can allow (WEBHOOK_ALLOWED_PRIVATE). Nothing was sent.";

function send(text: string, headers: Record<string, string>, body: string, timeoutMs: number): Promise<Posted> {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return Promise.resolve({ kind: "refused", reason: "The webhook's address is no URL. Nothing was sent." });
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    return Promise.resolve({ kind: "refused", reason: "A webhook's address begins with https:// or http://. Nothing was sent." });
  }
  const host = url.hostname.replace(/^\[|\]$/g, "");
  // A literal address is connected to without a lookup.
  if (isIP(host) !== 0 && !isAllowed(host)) return Promise.resolve({ kind: "refused", reason: REFUSED });
  const bytes = new TextEncoder().encode(body);
  return new Promise((resolve) => {
    const start = url.protocol === "https:" ? requestHttps : requestHttp;
    const call = start(url, {
      method: "POST",
      headers: { ...headers, "content-length": String(bytes.length) },
      lookup: checkedLookup,
      agent: false,
    });
    const timer = setTimeout(() => {
      resolve({ kind: "late" });
      call.destroy();
    }, timeoutMs);
    const end = (posted: Posted) => {
      clearTimeout(timer);
      resolve(posted);
      call.destroy();
    };
    call.on("error", (error) => end(error instanceof Refused ? { kind: "refused", reason: REFUSED } : { kind: "unreachable" }));
    call.on("response", (response) => {
      let answer = "";
      const done = () => end({ kind: "answered", status: response.statusCode ?? 0, answer: oneLine(answer) });
      response.setEncoding("utf8");
      response.on("data", (piece: string) => {
        answer += piece;
        if (answer.length >= ANSWER_MAX) done();
      });
      response.on("end", done);
      response.on("error", () => end({ kind: "unreachable" }));
    });
    call.end(bytes);
  });
}

/** Looks a name up and gives on only addresses that may be connected to; the connection is made to one of those. */
const checkedLookup: LookupFunction = (name, options, callback) => {
  lookup(name, { ...options, all: true }, (error, found) => {
    const [first] = found ?? [];
    if (error !== null) callback(error, []);
    else if (first === undefined || found.some(({ address }) => !isAllowed(address))) callback(new Refused(REFUSED), []);
    else if (options.all) callback(null, found);
    else callback(null, first.address, first.family);
  });
};

function isAllowed(address: string): boolean {
  return mayConnect(address, process.env.WEBHOOK_ALLOWED_PRIVATE ?? "");
}

function oneLine(answer: string): string {
  return answer.slice(0, ANSWER_MAX).replace(/\s+/g, " ").trim().toWellFormed();
}
