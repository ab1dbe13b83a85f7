"use node";
// Which addresses a webhook may be sent to: those of the public internet, and the private ones that an admin allows. Checked on the
// address that is connected to, so that no name and no change of a name leads elsewhere.

import { BlockList, isIP } from "node:net";

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
