import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { Readable } from "node:stream";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { AdminKey } from "../../auth/admin-key.ts";
import { namespaceOfToken, uploadToken } from "../../files/upload-token.ts";
import type { AuthProviderJson } from "../../functions/code.ts";
import { functionApi } from "../../http/api.ts";
import { Authenticator } from "../../http/authenticator.ts";
import { MAX_CALL_BYTES, parseJsonBody, readBody, releaseBody } from "../../http/body.ts";
import { corsHeaders, originRules, refuseHost, refuseOrigin } from "../../http/origins.ts";
import { isFresh, rangeOf } from "../../http/storage-conditions.ts";
import { encodeTs, parseClientMessage } from "../../sync/protocol.ts";
import { Subscriptions } from "../../sync/subscriptions.ts";
import { nobody, viewerOf } from "../../sync/viewer.ts";
import { parseFilters, passesTypes, queryOf } from "../../system/filters.ts";
import { extensionOf } from "../../transfer/extensions.ts";
import { UserError } from "../../values/errors.ts";
import type { JsonObject } from "../../values/json.ts";
import { mutateBytes } from "../mutate.ts";
import type { Random } from "../random.ts";
import type { HttpRequest } from "../recorded.ts";
import { callsWithoutFunctions } from "./sessions.ts";
import { changedJson, changedText, insist, isSame, type Target, target } from "./target.ts";

/** What stands in requests and on sockets: messages, calls, packed bodies, headers, tokens, the filters of the dashboard. */

const KEY = "trial|0123456789abcdef";
const RULES = originRules({ hosts: ["desk.example"], origins: ["http://localhost:5173"] });
const HEADERS: IncomingHttpHeaders[] = [
  { host: "127.0.0.1:3210", origin: "http://127.0.0.1:3210", range: "bytes=0-99", "if-none-match": 'W/"abc", "def"' },
  { host: "[::1]:3210", origin: "http://localhost:5173", range: "bytes=-5", "if-none-match": "*", "if-range": '"abc"' },
  { host: "a.localhost", origin: "null", range: "bytes=5-", "content-type": "text/plain; charset=utf-8" },
  { host: "desk.example:80", range: "bytes=0-0,5-9", "content-type": "image/svg+xml", "access-control-request-headers": "x-a, x-b" },
];
const SIZE = 1_000;
const SECRET = Buffer.alloc(32, 9);
const NOW_MS = 1_700_000_000_000;
const FILTERS = {
  clauses: [
    { field: "n", op: "lte", value: 5, enabled: true },
    { field: "kind", op: "anyOf", value: ["a", { $integer: "AQAAAAAAAAA=" }] },
    { field: "x", op: "type", value: "string" },
    { field: "y", op: "notype", value: "id" },
  ],
  order: "asc",
  index: { name: "by_n", clauses: [{ type: "indexEq", value: 1, enabled: true }, { type: "indexRange", lowerOp: "gte", lowerValue: 1, upperOp: "lt", upperValue: 9, enabled: true }] },
};

/** The targets, from what real clients sent: the messages of their sessions and their requests. */
export async function requestTargets(sessions: unknown[][], requests: HttpRequest[]): Promise<Target[]> {
  const messages = sessions.flat();
  const subscriptions = new Subscriptions(callsWithoutFunctions, 1n);
  const calls = requests.filter(({ listener, path }) => listener === "api" && path.startsWith("/api/"));
  return [
    target({
      name: "messages",
      weight: 300,
      make: (random) => changedJson(random, random.pick(messages)),
      take(text) {
        const message = parseClientMessage(text);
        const again = written(message);
        if (again !== null) insist(isSame(parseClientMessage(again), message), "written again it is another message");
        return message;
      },
    }),
    target({
      name: "calls",
      weight: 120,
      make: (random) => changedCall(random, random.pick(calls)),
      async take({ method, path, body, isAdmin }) {
        const url = URL.canParse(`http://host${path}`) ? new URL(`http://host${path}`) : null;
        if (url === null) return null;
        const viewer = isAdmin ? viewerOf({ admin: true }) : nobody;
        const call = { method, path: url.pathname, query: url.searchParams, body: () => parseJsonBody(Buffer.from(body)), viewer };
        const reply = await functionApi({ calls: callsWithoutFunctions, subscriptions }, call);
        return reply === null ? null : JSON.stringify(reply.json).replace(/\[Request ID: [0-9a-f]{16}\]/g, "");
      },
    }),
    target({
      name: "packed bodies",
      weight: 2,
      make(random) {
        const body = Buffer.from(changedJson(random, random.pick(messages)));
        const encoding = random.pick(["gzip", "br", "zstd", " GZIP "]);
        const packed = encoding === "br" ? brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }) : gzipSync(body);
        return { encoding, bytes: random.chance(0.7) ? mutateBytes(random, packed) : packed };
      },
      async take({ encoding, bytes }) {
        const request = Object.assign(Readable.from([bytes]), { headers: { "content-encoding": encoding } }) as unknown as IncomingMessage;
        try {
          return await readBody(request, MAX_CALL_BYTES);
        } finally {
          releaseBody(request);
        }
      },
    }),
    target({
      name: "headers",
      weight: 120,
      make: changedHeaders,
      take(headers) {
        const range = rangeOf(headers, SIZE, '"abc"');
        if (range !== null && range !== "unsatisfiable") insist(0 <= range.start && range.start <= range.end && range.end < SIZE, "a range outside of the file");
        const refusal = refuseHost(headers, RULES) ?? refuseOrigin(headers, RULES);
        const known = [range, isFresh(headers, '"abc"'), corsHeaders(headers), extensionOf(headers["content-type"])];
        return refusal === null ? known : null;
      },
    }),
    await authorizations(),
    target({
      name: "upload tokens",
      weight: 20,
      make: (random) => changedText(random, uploadToken(SECRET, random.int(9), NOW_MS - random.int(2) * 3_700_000)),
      take: (token) => namespaceOfToken(SECRET, token, NOW_MS),
    }),
    target({
      name: "filters",
      weight: 30,
      make: (random) => (random.chance(0.9) ? Buffer.from(changedJson(random, FILTERS)).toString("base64") : changedText(random, Buffer.from(JSON.stringify(FILTERS)).toString("base64"))),
      take(encoded) {
        const filters = parseFilters(encoded);
        if ("errors" in filters) return filters;
        const document = { n: 1, x: "text", y: { $integer: "AQAAAAAAAAA=" } };
        return [queryOf("things", filters, ["n", "_creationTime"]), passesTypes(document, filters)];
      },
    }),
  ];
}

/** A message as a client would write it; null when JSON.stringify cannot: for nesting, and numbers that it writes as others. */
function written(message: object): string | null {
  try {
    const { modifications, ...rest } = message as { modifications?: object[] };
    const all = modifications ? { ...wrapped(rest), modifications: modifications.map(wrapped) } : wrapped(rest);
    return JSON.stringify(all, (_key, value: unknown) => {
      if (typeof value === "number" && (!Number.isFinite(value) || Object.is(value, -0))) throw new RangeError("JSON has no such number.");
      return typeof value === "bigint" ? encodeTs(value) : value;
    });
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** On the way arguments are a list of one. */
function wrapped(part: object): object {
  return "args" in part ? { ...part, args: [part.args] } : part;
}

function changedCall(random: Random, base: HttpRequest) {
  const isPath = random.chance(0.25);
  let body = base.body ?? "";
  if (!isPath && body !== "") body = body.startsWith("{") ? changedJson(random, JSON.parse(body)) : changedText(random, body);
  return {
    method: random.chance(0.95) ? base.method : random.pick(["GET", "POST", "PUT", "HEAD"]),
    path: isPath || base.body === null ? changedText(random, base.path) : base.path,
    body,
    isAdmin: random.chance(0.5),
  };
}

/** What Node's parser lets through. */
// oxlint-disable-next-line no-control-regex
const sendable = (text: string): string => text.replaceAll(/[\u0000-\u001f]/g, "");

function changedHeaders(random: Random): IncomingHttpHeaders {
  const headers = { ...random.pick(HEADERS) };
  for (let i = 0; i <= random.int(2); i++) {
    const name = random.pick(Object.keys(headers));
    headers[name] = sendable(changedText(random, String(headers[name])));
  }
  if (random.chance(0.1)) delete headers[random.pick(Object.keys(headers))];
  return headers;
}

/** Admin keys, acting as somebody, and tokens whose signatures are checked: those are slow, so they are few. */
async function authorizations(): Promise<Target> {
  const { publicKey, privateKey } = await generateKeyPair("RS256", { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid: "one", alg: "RS256" };
  const providers: AuthProviderJson[] = [
    { type: "customJwt", applicationID: null, issuer: "https://issuer.example", jwks: "https://issuer.example/keys", algorithm: "RS256" },
    { applicationID: "app", domain: "https://issuer.example" },
  ];
  const sign = (claims: JsonObject, kid = "one") => new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid }).sign(privateKey);
  const claims = { iss: "https://issuer.example", sub: "ada", aud: "app", iat: 1, exp: 9_999_999_999, "a.b": { c: [1] } };
  const tokens = await Promise.all([sign(claims), sign({ ...claims, exp: 5 }), sign({ ...claims, iss: "https://nobody.example" }), sign(claims, "two")]);
  const identity = { issuer: "https://issuer.example", subject: "ada", tokenIdentifier: "https://issuer.example|ada" };
  const authenticator = new Authenticator({
    adminKey: AdminKey.open(tmpdir(), KEY),
    providers: () => providers,
    fetchJson: async () => ({ keys: [jwk, { kty: "RSA" }, null] }),
  });
  const acting = (random: Random) => `Convex ${KEY}:${Buffer.from(changedJson(random, identity)).toString("base64")}`;
  const changedToken = (random: Random) => {
    const [header = "", payload = "", signature = ""] = random.pick(tokens).split(".");
    const part = (text: string) => Buffer.from(changedJson(random, JSON.parse(Buffer.from(text, "base64url").toString()))).toString("base64url");
    if (random.chance(0.4)) return `${part(header)}.${payload}.${signature}`;
    return random.chance(0.5) ? `${header}.${part(payload)}.${signature}` : changedText(random, `${header}.${payload}.${signature}`).replaceAll(/\s/g, "");
  };
  return target({
    name: "authorizations",
    weight: 4,
    make(random) {
      if (random.chance(0.2)) return acting(random);
      if (random.chance(0.2)) return sendable(changedText(random, `Convex ${KEY}`));
      return `Bearer ${random.chance(0.1) ? random.pick(tokens) : changedToken(random)}`;
    },
    async take(authorization) {
      const viewer = await authenticator.fromHeader(authorization);
      const forAction = await authenticator.forHttpAction(authorization);
      if (/^bearer/i.test(authorization)) insist(forAction.key === viewer.key, "an HTTP action sees somebody else");
      const credential = authorization.slice("bearer ".length);
      const bySocket = await authenticator
        .fromMessage({ type: "Authenticate", baseVersion: 0, tokenType: "User", value: credential })
        .catch((error: unknown) => (error instanceof UserError ? null : Promise.reject(error)));
      return [viewer, bySocket];
    },
  });
}
