import type { IncomingHttpHeaders } from "node:http";
import { isIP } from "node:net";

/**
 * Who may speak to the server (H1 to H4). Two rules keep a website from driving a deployment on the visitor's own
 * machine:
 *
 * - Host must be a loopback name or address or a configured one. A website that points its own name at 127.0.0.1 (DNS
 *   rebinding) arrives with its name in Host and is refused.
 * - Browsers name the page's origin in Origin on every request that can change something or be read by the page, and on
 *   WebSockets. It must be a configured origin or the server's own. Programs send no Origin and pass.
 */
export interface OriginRules {
  /** Host names without port, lower case; besides loopback. */
  readonly hosts: ReadonlySet<string>;
  /** Origins as browsers write them, e.g. `http://127.0.0.1:5173`. */
  readonly origins: ReadonlySet<string>;
}

export interface Refusal {
  code: "HostNotAllowed" | "OriginNotAllowed";
  message: string;
}

/**
 * Builds the rules from configuration.
 * @throws Error with one sentence for an origin that is not `http(s)://host[:port]`.
 */
export function originRules(o: { hosts?: readonly string[]; origins?: readonly string[] }): OriginRules {
  return {
    hosts: new Set((o.hosts ?? []).map((host) => host.toLowerCase())),
    origins: new Set((o.origins ?? []).map(parseOrigin)),
  };
}

function parseOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol) || (url.pathname !== "/" && url.pathname !== "") || url.search) {
    throw new Error(`An allowed origin looks like http://localhost:5173, not "${text}".`);
  }
  return url.origin;
}

/** Why a request may not come in by its Host header; null when it may. */
export function refuseHost(headers: IncomingHttpHeaders, rules: OriginRules): Refusal | null {
  const name = hostName(headers.host);
  if (name !== null && (isLoopbackName(name) || rules.hosts.has(name))) return null;
  const shown = headers.host === undefined ? "a request without a Host header" : `the host "${headers.host}"`;
  return {
    code: "HostNotAllowed",
    message: `This server does not answer ${shown}; use a loopback address or allow the host when starting the server.`,
  };
}

/** Why a request may not come in by its Origin header; null when it may, also when there is none. */
export function refuseOrigin(headers: IncomingHttpHeaders, rules: OriginRules): Refusal | null {
  const { origin } = headers;
  if (origin === undefined || rules.origins.has(origin) || isOwnOrigin(origin, headers.host)) return null;
  return {
    code: "OriginNotAllowed",
    message: `Pages of the origin "${origin}" may not use this server; allow the origin when starting the server.`,
  };
}

/** A page of this very listener. The scheme may be https when a proxy in front ends TLS. */
function isOwnOrigin(origin: string, host: string | undefined): boolean {
  return host !== undefined && (origin === `http://${host}` || origin === `https://${host}`);
}

/** The name or address in a Host header, lower case, without port and brackets; null when malformed. */
export function hostName(host: string | undefined): string | null {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/i.exec(host ?? "");
  return (match?.[1] ?? match?.[2])?.toLowerCase() ?? null;
}

/** True for localhost, its subdomains, 127.0.0.0/8 and ::1. */
export function isLoopbackName(name: string): boolean {
  if (isIP(name) === 4) return name.startsWith("127.");
  if (isIP(name) === 6) return name === "::1";
  return name === "localhost" || name.endsWith(".localhost");
}

/** True for addresses of the machine itself as sockets tell them: 127.0.0.0/8, ::1 and the former written as IPv6. */
export function isLoopbackAddress(address: string): boolean {
  return isLoopbackName(address.replace(/^::ffff:/i, ""));
}

/** CORS headers for an allowed origin (H5): the origin and the asked-for headers are mirrored, never `*`. */
export function corsHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  if (headers.origin === undefined) return {};
  const asked = headers["access-control-request-headers"];
  return {
    "access-control-allow-origin": headers.origin,
    "access-control-allow-credentials": "true",
    "access-control-allow-methods": "GET, POST, PUT, DELETE, PATCH, OPTIONS",
    "access-control-max-age": "86400",
    ...(asked === undefined ? {} : { "access-control-allow-headers": asked }),
    vary: "Origin",
  };
}
