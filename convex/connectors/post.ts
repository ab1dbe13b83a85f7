"use node";
// The one way in which the desk sends something to an address that somebody configured. It connects to the very address it has
// checked and follows no redirect, so neither a name that changes nor an answer leads it into a private network.

import { lookup } from "node:dns";
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { BlockList, isIP, type LookupFunction } from "node:net";
import { v } from "convex/values";
import { internalAction } from "../functions";
import { type Posted, vPosted } from "./posted";

/** How much of an answer is kept, in characters: enough to see what went wrong. */
const ANSWER_MAX = 500;

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

/** What is not the public internet (IANA's special-purpose registries of IPv4 and IPv6): networks by family. */
const PRIVATE: Record<"ipv4" | "ipv6", readonly string[]> = {
  ipv4: [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
  ],
  // The public internet is 2000::/3 without these; what carries an IPv4 address inside could lead to a private one.
  ipv6: ["::/3", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "4000::/2", "8000::/1"],
};

/** A list for each family: one of both would find IPv4 addresses in networks of IPv6. */
const refused = { ipv4: listOf(PRIVATE.ipv4, 4), ipv6: listOf(PRIVATE.ipv6, 6) };

/**
 * Whether a connection to an IP address may be made: it is public, or in one of the networks of `allowed`, as an admin writes
 * them ("127.0.0.1, 10.1.0.0/16, fd00::/8"). An entry that is no network allows nothing.
 */
export function mayConnect(address: string, allowed: string): boolean {
  // IPv4 inside IPv6 is judged as the IPv4 address it is.
  const plain = address.toLowerCase().replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/, "").replace(/%.*$/, "");
  const family = isIP(plain);
  if (family === 0) return false;
  const kind = family === 4 ? "ipv4" : "ipv6";
  return !refused[kind].check(plain, kind) || listOf(allowed.split(/[\s,]+/), family).check(plain, kind);
}

/** The networks of one family; other entries are left out. */
function listOf(networks: readonly string[], family: number): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [net = "", prefix] = network.split("/");
    if (isIP(net) !== family) continue;
    const kind = family === 4 ? "ipv4" : "ipv6";
    const bits = prefix === undefined ? (family === 4 ? 32 : 128) : Number(prefix);
    if (Number.isInteger(bits) && bits >= 0 && bits <= (family === 4 ? 32 : 128)) list.addSubnet(net, bits, kind);
  }
  return list;
}
