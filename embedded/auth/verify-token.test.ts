import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type JWK } from "jose";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { AuthProviderJson } from "../functions/code.ts";
import { UserError } from "../values/errors.ts";
import { fetchJsonOverHttp, type FetchJson } from "./fetch-json.ts";
import { verifyToken } from "./verify-token.ts";

const NOW_S = 1_700_000_000;
const NOW_MS = NOW_S * 1000;
const ISSUER = "https://issuer.example";
const OIDC: AuthProviderJson = { domain: ISSUER, applicationID: "convex" };

type Pair = Awaited<ReturnType<typeof generateKeyPair>>;
interface Key {
  privateKey: Pair["privateKey"];
  jwk: JWK;
}

async function makeKey(alg: string, kid?: string): Promise<Key> {
  const pair = await generateKeyPair(alg, { extractable: true, ...(alg === "EdDSA" ? { crv: "Ed25519" } : {}) });
  const jwk = await exportJWK(pair.publicKey);
  return { privateKey: pair.privateKey, jwk: kid === undefined ? jwk : { ...jwk, kid } };
}

let rsa: Key;
let rsaOther: Key;
let ec: Key;
let ed: Key;
beforeAll(async () => {
  [rsa, rsaOther, ec, ed] = await Promise.all([
    makeKey("RS256", "r1"),
    makeKey("RS256", "r2"),
    makeKey("ES256", "e1"),
    makeKey("EdDSA", "d1"),
  ]);
});

const CLAIMS = { iss: ISSUER, aud: "convex", sub: "u1|s9", iat: NOW_S - 10, exp: NOW_S + 60 };

function sign(claims: Record<string, unknown>, key: Key, header: { alg: string; kid?: string }): Promise<string> {
  return new SignJWT(claims).setProtectedHeader(header).sign(key.privateKey);
}

/** An identity provider in memory that counts what it is asked. */
function issuer(keys: JWK[], o: { issuer?: string } = {}): FetchJson & { asked: string[]; keys: JWK[]; down: boolean } {
  const asked: string[] = [];
  const fetchJson = async (url: string): Promise<unknown> => {
    asked.push(url.slice(url.lastIndexOf("/") + 1));
    if (self.down) throw new Error("connection refused");
    if (url === `${ISSUER}/.well-known/openid-configuration`) {
      return { issuer: o.issuer ?? ISSUER, jwks_uri: `${ISSUER}/jwks.json` };
    }
    if (url === `${ISSUER}/jwks.json`) return { keys: self.keys };
    throw new Error(`unexpected ${url}`);
  };
  const self = Object.assign(fetchJson, { asked, keys, down: false });
  return self;
}

async function refusal(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => expect.fail("the token was accepted"),
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(UserError);
  expect((error as UserError).httpStatus).toBe(401);
  return `${(error as UserError).code}: ${(error as UserError).message}`;
}

describe("OIDC tokens", () => {
  it("U9: the smallest token gives the three names", async () => {
    const token = await sign(CLAIMS, rsa, { alg: "RS256" });
    expect(await verifyToken(token, [OIDC], issuer([rsa.jwk]), NOW_MS)).toEqual({
      tokenIdentifier: `${ISSUER}|u1|s9`,
      issuer: ISSUER,
      subject: "u1|s9",
    });
  });

  it("U9: standard claims get their SDK names, others stay, none can pose", async () => {
    const token = await sign(
      {
        ...CLAIMS,
        jti: "x",
        fva: [1],
        nbf: NOW_S - 20,
        name: "Ann",
        given_name: "A",
        family_name: "N",
        preferred_username: "ann",
        profile: "https://p",
        picture: "https://i",
        website: "https://w",
        email: "a@example.com",
        email_verified: true,
        birthdate: "2000-01-01",
        zoneinfo: "UTC",
        locale: "en",
        phone_number: "+1",
        phone_number_verified: false,
        address: { formatted: "Street 1" },
        updated_at: 1_600_000_000,
        nickname: 5,
        org: { id: 7 },
        tokenIdentifier: "root",
        subject: "root",
        issuer: "root",
      },
      rsa,
      { alg: "RS256", kid: "r1" },
    );
    expect(await verifyToken(token, [OIDC], issuer([rsa.jwk]), NOW_MS)).toEqual({
      tokenIdentifier: `${ISSUER}|u1|s9`,
      issuer: ISSUER,
      subject: "u1|s9",
      name: "Ann",
      givenName: "A",
      familyName: "N",
      preferredUsername: "ann",
      profileUrl: "https://p",
      pictureUrl: "https://i",
      websiteUrl: "https://w",
      email: "a@example.com",
      emailVerified: true,
      birthday: "2000-01-01",
      timezone: "UTC",
      language: "en",
      phoneNumber: "+1",
      phoneNumberVerified: false,
      address: "Street 1",
      updatedAt: "2020-09-13T12:26:40+00:00",
      org: { id: 7 },
    });
  });

  it("U4: the issuer may end in a slash, the audience may be a list of one", async () => {
    const token = await sign({ ...CLAIMS, iss: `${ISSUER}/`, aud: ["convex"] }, rsa, { alg: "RS256" });
    const identity = await verifyToken(token, [OIDC], issuer([rsa.jwk]), NOW_MS);
    expect(identity.issuer).toBe(`${ISSUER}/`);
  });

  it("U4: no matching provider is told with those there are", async () => {
    const token = await sign({ ...CLAIMS, aud: "other" }, rsa, { alg: "RS256" });
    expect(await refusal(verifyToken(token, [OIDC], issuer([rsa.jwk]), NOW_MS))).toMatch(
      /^NoAuthProvider: No auth provider found .*https:\/\/issuer\.example \(convex\)/,
    );
    expect(await refusal(verifyToken(token, [], issuer([]), NOW_MS))).toContain("none");
  });

  it("U5: EdDSA is accepted", async () => {
    const token = await sign(CLAIMS, ed, { alg: "EdDSA", kid: "d1" });
    expect(await verifyToken(token, [OIDC], issuer([rsa.jwk, ed.jwk]), NOW_MS)).toMatchObject({ subject: "u1|s9" });
  });

  it("U5: none, a shared secret made of the public key, and ES256 are refused", async () => {
    const fetchJson = issuer([rsa.jwk, ec.jwk]);
    const none = new UnsecuredJWT(CLAIMS).encode();
    const shared = await new SignJWT(CLAIMS)
      .setProtectedHeader({ alg: "HS256", kid: "r1" })
      .sign(new TextEncoder().encode(JSON.stringify(rsa.jwk)));
    const es = await sign(CLAIMS, ec, { alg: "ES256", kid: "e1" });
    for (const token of [none, shared, es]) {
      const text = await refusal(verifyToken(token, [OIDC], fetchJson, NOW_MS));
      expect(text).toMatch(/^InvalidAuthHeader: .*is not allowed/);
    }
    expect(fetchJson.asked).toEqual([]);
  });

  it("U6: keys are found by name, without a name, and by trying", async () => {
    const { kid: _, ...nameless } = rsa.jwk;
    const named = await sign(CLAIMS, rsa, { alg: "RS256", kid: "r1" });
    const unnamed = await sign(CLAIMS, rsa, { alg: "RS256" });
    const broken: JWK = { kty: "RSA", n: "AA", e: "AQAB" };
    for (const [token, keys] of [
      [named, [rsaOther.jwk, rsa.jwk]],
      [named, [nameless]],
      [unnamed, [broken, rsaOther.jwk, ec.jwk, rsa.jwk]],
    ] as const) {
      expect(await verifyToken(token, [OIDC], issuer([...keys]), NOW_MS)).toMatchObject({ subject: "u1|s9" });
    }
  });

  it("U6: another key's signature and changed claims are refused", async () => {
    const token = await sign(CLAIMS, rsaOther, { alg: "RS256", kid: "r1" });
    expect(await refusal(verifyToken(token, [OIDC], issuer([rsa.jwk]), NOW_MS))).toContain("no key of its issuer");
    const [head, , signature] = (await sign(CLAIMS, rsa, { alg: "RS256" })).split(".");
    const body = Buffer.from(JSON.stringify({ ...CLAIMS, sub: "root" })).toString("base64url");
    expect(await refusal(verifyToken(`${head}.${body}.${signature}`, [OIDC], issuer([rsa.jwk]), NOW_MS))).toContain(
      "no key of its issuer",
    );
  });

  it.each([
    [{ exp: NOW_S }, "it has expired"],
    [{ exp: NOW_S - 1 }, "it has expired"],
    [{ exp: undefined }, "exp"],
    [{ nbf: NOW_S + 100 }, "nbf"],
    [{ iat: NOW_S + 301 }, "issued in the future"],
    [{ sub: undefined }, "sub"],
    [{ sub: "" }, "sub"],
    [{ aud: ["convex", "other"] }, "several audiences"],
  ])("U7: %j is refused", async (change, text) => {
    const token = await sign({ ...CLAIMS, ...change }, rsa, { alg: "RS256" });
    expect(await refusal(verifyToken(token, [OIDC], issuer([rsa.jwk]), NOW_MS))).toContain(text);
  });

  it("U7: what is no JWT is refused", async () => {
    for (const token of ["", "x", "a.b.c", "e30.e30."]) {
      const text = await refusal(verifyToken(token, [OIDC], issuer([]), NOW_MS));
      expect(text).toMatch(/^(InvalidAuthHeader|NoAuthProvider)/);
    }
  });

  it("U7: a token that says something without end is refused as any other", async () => {
    const part = (text: string) => Buffer.from(text).toString("base64url");
    const deep = `${"[".repeat(20_000)}${"]".repeat(20_000)}`;
    const refused = (header: string, claims: string) => refusal(verifyToken(`${part(header)}.${part(claims)}.AA`, [OIDC], issuer([rsa.jwk]), NOW_MS));
    expect(await refused(`{"alg":"RS256"}`, `{"iss":${deep},"aud":${deep}}`)).toContain("issuer (not a text) and audience (not a text)");
    expect(await refused(`{"alg":${deep}}`, JSON.stringify(CLAIMS))).toContain("the algorithm (not a text) is not allowed");
  });
});

describe("keys", () => {
  it("U8: are kept for ten minutes", async () => {
    const fetchJson = issuer([rsa.jwk]);
    const token = await sign({ ...CLAIMS, exp: NOW_S + 3600 }, rsa, { alg: "RS256" });
    await verifyToken(token, [OIDC], fetchJson, NOW_MS);
    await verifyToken(token, [OIDC], fetchJson, NOW_MS + 599_000);
    expect(fetchJson.asked).toEqual(["openid-configuration", "jwks.json"]);
    await verifyToken(token, [OIDC], fetchJson, NOW_MS + 600_000);
    expect(fetchJson.asked).toHaveLength(4);
  });

  it("U8: new ones are found at once, wrong tokens do not make a storm", async () => {
    const fetchJson = issuer([rsa.jwk]);
    await verifyToken(await sign(CLAIMS, rsa, { alg: "RS256", kid: "r1" }), [OIDC], fetchJson, NOW_MS);
    fetchJson.keys = [rsaOther.jwk];
    const rotated = await sign(CLAIMS, rsaOther, { alg: "RS256", kid: "r2" });
    expect(await verifyToken(rotated, [OIDC], fetchJson, NOW_MS)).toMatchObject({ subject: "u1|s9" });
    expect(fetchJson.asked).toHaveLength(4);
    const unknown = await sign(CLAIMS, rsa, { alg: "RS256", kid: "r1" });
    for (let i = 0; i < 5; i++) await refusal(verifyToken(unknown, [OIDC], fetchJson, NOW_MS + i * 1000));
    expect(fetchJson.asked).toHaveLength(4);
    await refusal(verifyToken(unknown, [OIDC], fetchJson, NOW_MS + 11_000));
    expect(fetchJson.asked).toHaveLength(6);
  });

  it("U8: a failed fetch is told and not kept", async () => {
    const fetchJson = issuer([rsa.jwk]);
    fetchJson.down = true;
    const token = await sign(CLAIMS, rsa, { alg: "RS256" });
    expect(await refusal(verifyToken(token, [OIDC], fetchJson, NOW_MS))).toMatch(
      /^AuthProviderDiscoveryFailed: .*connection refused/,
    );
    fetchJson.down = false;
    expect(await verifyToken(token, [OIDC], fetchJson, NOW_MS)).toMatchObject({ subject: "u1|s9" });
  });

  it("U8: a discovery document of another issuer is refused", async () => {
    const token = await sign(CLAIMS, rsa, { alg: "RS256" });
    const fetchJson = issuer([rsa.jwk], { issuer: "https://evil.example" });
    expect(await refusal(verifyToken(token, [OIDC], fetchJson, NOW_MS))).toContain("evil.example");
  });
});

const OWN = { iss: "https://own.example", sub: "u7", exp: NOW_S + 60, aud: "app" };
const inData = (keys: JWK[]) =>
  `data:application/json;base64,${Buffer.from(JSON.stringify({ keys })).toString("base64")}`;
const provider = (jwks: string, applicationID: string | null = null): AuthProviderJson => ({
  type: "customJwt",
  applicationID,
  issuer: "https://own.example",
  jwks,
  algorithm: "ES256",
});
const nothing: FetchJson = async (url) => expect.fail(`fetched ${url}`);

/** Signs a customJwt token with the EC key. */
const ownToken = (change: Record<string, unknown> = {}, kid?: string) =>
  sign({ ...OWN, ...change }, ec, { alg: "ES256", ...(kid === undefined ? {} : { kid }) });
const verifyOwn = (token: string, p: AuthProviderJson, nowMs = NOW_MS) => verifyToken(token, [p], nothing, nowMs);

describe("customJwt tokens", () => {
  it("U10: claims keep their names, objects become dotted names", async () => {
    const token = await ownToken({ email_verified: true, org: { id: 7, tags: ["a"] } }, "e1");
    expect(await verifyOwn(token, provider(inData([ec.jwk])))).toEqual({
      tokenIdentifier: "https://own.example|u7",
      issuer: "https://own.example",
      subject: "u7",
      email_verified: true,
      "org.id": 7,
      "org.tags": ["a"],
    });
  });

  it("U8: keys in a data URL may be plain text", async () => {
    const token = await ownToken({}, "e1");
    const plain = `data:text/plain;charset=utf-8,${encodeURIComponent(JSON.stringify({ keys: [ec.jwk] }))}`;
    expect(await verifyOwn(token, provider(plain))).toMatchObject({ subject: "u7" });
    expect(await refusal(verifyOwn(token, provider("data:text/plain,{")))).toContain("no valid JSON");
  });

  it("U4: with an application the audience must hold it", async () => {
    const token = await ownToken({}, "e1");
    expect(await verifyOwn(token, provider(inData([ec.jwk]), "app"))).toMatchObject({ subject: "u7" });
    expect(await refusal(verifyOwn(token, provider(inData([ec.jwk]), "x")))).toContain("NoAuthProvider");
  });

  it("U5: only the configured algorithm", async () => {
    const token = await sign(OWN, rsa, { alg: "RS256", kid: "r1" });
    expect(await refusal(verifyOwn(token, provider(inData([rsa.jwk]))))).toContain("only ES256");
  });

  it("U6: the token must name its key", async () => {
    const token = await ownToken();
    expect(await refusal(verifyOwn(token, provider(inData([ec.jwk]))))).toContain("names no key");
    const { kid: _, ...nameless } = ec.jwk;
    const named = await ownToken({}, "e1");
    expect(await refusal(verifyOwn(named, provider(inData([nameless]))))).toContain("no key of its issuer");
  });

  it("U7: five seconds of grace", async () => {
    const token = await ownToken({ exp: NOW_S - 4 }, "e1");
    expect(await verifyOwn(token, provider(inData([ec.jwk])))).toMatchObject({ subject: "u7" });
    expect(await refusal(verifyOwn(token, provider(inData([ec.jwk])), NOW_MS + 2000))).toContain("expired");
  });
});

describe("fetchJsonOverHttp", () => {
  let close: (() => void) | undefined;
  afterEach(() => close?.());

  async function serve(status: number, type: string, body: string): Promise<string> {
    const server = createServer((_, response) => response.writeHead(status, { "content-type": type }).end(body));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    close = () => server.close();
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`;
  }

  it("U8: gives the JSON of a good answer", async () => {
    const url = await serve(200, "application/jwk-set+json; charset=utf-8", '{"keys":[]}');
    expect(await fetchJsonOverHttp(url)).toEqual({ keys: [] });
  });

  it.each([
    [404, "application/json", "{}", "answered 404"],
    [200, "text/html", "<p>", 'content type "text/html"'],
    [200, "application/json", "{", "no valid JSON"],
    [200, "application/json", " ".repeat(1024 * 1024 + 1), "more than"],
  ])("U8: %i %s is refused", async (status, type, body, text) => {
    await expect(fetchJsonOverHttp(await serve(status, type, body))).rejects.toThrow(text);
  });
});
