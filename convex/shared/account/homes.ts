// Which addresses are this machine's own (rule D1 in README.md).

/** Whether a URL names the machine itself: localhost, 127.0.0.0/8 or [::1]. A text that is no URL does not. */
export function isLoopback(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { hostname } = new URL(url);
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** Whether an address of the network is the machine's own: 127.0.0.0/8 or ::1, also as IPv4 in IPv6. */
export function isOwnAddress(ip: string): boolean {
  const plain = ip.toLowerCase().replace(/^::ffff:/, "");
  return plain === "::1" || /^127(\.\d{1,3}){3}$/.test(plain);
}
