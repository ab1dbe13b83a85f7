import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { jwtVerify } from "jose";
import { TestRunner } from "../test-app.ts";

const workflow = join(
  dirname(fileURLToPath(import.meta.resolve("@convex-dev/workflow"))),
  "..",
  "..",
  "src",
  "client",
  "environment.ts",
);

/** Runs in a mutation and, unchanged, on the host: both must give the same. */
const COMMON = `
  const hex = (buffer) => [...new Uint8Array(buffer)].map((b) => b.toString(16).padStart(2, "0")).join("");
  const bytes = (text) => new TextEncoder().encode(text);
  export async function everything({ rsa, ec, ed, oaep, agree, message }) {
    const out = {};
    const { subtle } = crypto;
    for (const hash of ["SHA-1", "SHA-256", "SHA-384", "SHA-512"]) out[hash] = hex(await subtle.digest(hash, bytes(message)));
    const hmac = await subtle.importKey("raw", bytes("secret"), { name: "HMAC", hash: "SHA-256" }, true, ["sign", "verify"]);
    const mac = await subtle.sign("HMAC", hmac, bytes(message));
    out.hmac = [hex(mac), await subtle.verify("HMAC", hmac, mac, bytes(message)), await subtle.verify("HMAC", hmac, mac, bytes("other"))];
    out.hmacKey = [hmac.type, hmac.extractable, hmac.algorithm.hash.name, hmac.algorithm.length, hmac.usages, (await subtle.exportKey("jwk", hmac)).k,
      hex(await subtle.exportKey("raw", hmac)), hmac instanceof CryptoKey, Object.prototype.toString.call(hmac)];
    const rsaAlgorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
    const privateKey = await subtle.importKey("jwk", rsa.private, rsaAlgorithm, true, ["sign"]);
    const publicKey = await subtle.importKey("jwk", rsa.public, rsaAlgorithm, true, ["verify"]);
    const signature = await subtle.sign("RSASSA-PKCS1-v1_5", privateKey, bytes(message));
    out.rsa = [hex(signature), await subtle.verify("RSASSA-PKCS1-v1_5", publicKey, signature, bytes(message)),
      publicKey.algorithm.modulusLength, [...publicKey.algorithm.publicExponent], (await subtle.exportKey("jwk", publicKey)).alg,
      hex(await subtle.exportKey("spki", publicKey)), hex(await subtle.exportKey("pkcs8", privateKey))];
    const again = await subtle.importKey("pkcs8", await subtle.exportKey("pkcs8", privateKey), rsaAlgorithm, false, ["sign"]);
    out.rsaAgain = hex(await subtle.sign("RSASSA-PKCS1-v1_5", again, bytes(message))) === hex(signature);
    const ecKey = await subtle.importKey("raw", new Uint8Array(ec.raw), { name: "ECDSA", namedCurve: ec.curve }, true, ["verify"]);
    out.ecdsa = [await subtle.verify({ name: "ECDSA", hash: "SHA-256" }, ecKey, new Uint8Array(ec.signature), bytes(message)), hex(await subtle.exportKey("raw", ecKey))];
    const edKey = await subtle.importKey("jwk", ed, "Ed25519", true, ["sign"]);
    out.ed = hex(await subtle.sign("Ed25519", edKey, bytes(message)));
    const password = await subtle.importKey("raw", bytes("password"), "PBKDF2", false, ["deriveBits", "deriveKey"]);
    out.pbkdf2 = hex(await subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt: bytes("salt"), iterations: 100 }, password, 256));
    const hkdf = await subtle.importKey("raw", bytes("key material"), "HKDF", false, ["deriveBits"]);
    out.hkdf = hex(await subtle.deriveBits({ name: "HKDF", hash: "SHA-512", salt: bytes("salt"), info: bytes("info") }, hkdf, 128));
    const plain = bytes(message.repeat(5));
    const fixed = new Uint8Array(16).fill(7);
    for (const [name, bits, parameters] of [
      ["AES-GCM", 256, { iv: fixed.subarray(0, 12), additionalData: bytes("more") }], ["AES-GCM", 128, { iv: fixed, tagLength: 96 }],
      ["AES-CBC", 192, { iv: fixed }], ["AES-CTR", 128, { counter: fixed, length: 64 }],
      ["AES-CTR", 256, { counter: new Uint8Array(16).fill(255), length: 4 }]]) {
      const key = await subtle.importKey("raw", new Uint8Array(bits / 8).fill(3), name, true, ["encrypt", "decrypt"]);
      const sealed = await subtle.encrypt({ name, ...parameters }, key, plain);
      out[name + bits] = [hex(sealed), hex(await subtle.decrypt({ name, ...parameters }, key, sealed)) === hex(plain), key.algorithm.length,
        (await subtle.exportKey("jwk", key)).alg];
    }
    const oaepKey = await subtle.importKey("jwk", oaep.private, { name: "RSA-OAEP", hash: "SHA-256" }, true, ["decrypt"]);
    out.oaep = [hex(await subtle.decrypt({ name: "RSA-OAEP", label: bytes("label") }, oaepKey, new Uint8Array(oaep.sealed))),
      (await subtle.exportKey("jwk", oaepKey)).alg];
    for (const [name, algorithm] of [["ECDH", { name: "ECDH", namedCurve: "P-256" }], ["X25519", "X25519"]]) {
      const own = await subtle.importKey("jwk", agree[name].private, algorithm, true, ["deriveBits", "deriveKey"]);
      const theirs = await subtle.importKey("raw", new Uint8Array(agree[name].raw), algorithm, true, []);
      const shared = await subtle.deriveKey({ name, public: theirs }, own, { name: "AES-GCM", length: 256 }, true, ["encrypt"]);
      out[name] = [hex(await subtle.deriveBits({ name, public: theirs }, own, 128)), hex(await subtle.exportKey("raw", shared)), hex(await subtle.exportKey("raw", theirs))];
    }
    const gcm = await subtle.importKey("raw", fixed, "AES-GCM", false, ["decrypt"]);
    const refused = async (run) => { try { await run(); return null } catch (e) { return e.name } };
    out.refused = [
      await refused(() => subtle.exportKey("pkcs8", again)), await refused(() => subtle.sign("HMAC", privateKey, bytes("x"))),
      await refused(() => subtle.importKey("raw", bytes("x"), { name: "HMAC", hash: "SHA-256" }, true, [])),
      await refused(() => subtle.digest("MD5", bytes("x"))), await refused(() => new CryptoKey()),
      await refused(() => subtle.decrypt({ name: "AES-GCM", iv: fixed }, gcm, new Uint8Array(40))), await refused(() => subtle.encrypt({ name: "AES-GCM", iv: fixed }, gcm, plain)),
      await refused(() => subtle.importKey("raw", fixed.subarray(1), "AES-CBC", false, ["encrypt"])),
    ];
    return out;
  }`;

const APP = `
  import { mutation, query, internalQuery } from "./_generated/server";
  import { internal } from "./_generated/api";
  import { importPKCS8, SignJWT } from "jose";
  import { setupEnvironment } from ${JSON.stringify(workflow)};
  import { everything } from "./common";
  export const all = mutation({ handler: async (_, { input }) => everything(JSON.parse(input)) });
  export const jwt = mutation({ handler: async (_, { pem }) => {
    const key = await importPKCS8(pem, "RS256");
    return new SignJWT({ sub: "user|session" }).setProtectedHeader({ alg: "RS256" }).setIssuedAt().setIssuer("me").setExpirationTime("1h").sign(key);
  } });
  export const chance = mutation({ handler: async (_, { key }) => {
    const names = [];
    for (const run of [() => crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, true, ["sign"]), async () => crypto.subtle.encrypt("RSA-OAEP", await crypto.subtle.importKey("jwk", key, { name: "RSA-OAEP", hash: "SHA-256" }, true, ["encrypt"]), new Uint8Array(1)),
      async () => crypto.subtle.wrapKey()]) {
      try { await run(); names.push(null) } catch (e) { names.push(e.name) }
    }
    return names;
  } });
  const original = { Math, Date, console, process, crypto, CryptoKey };
  export const intact = internalQuery({ handler: async () =>
    Object.keys(original).filter((name) => globalThis[name] !== original[name] || typeof globalThis[name] === "undefined") });
  export const workflow = mutation({ handler: async (ctx) => {
    const restore = setupEnvironment(() => ({ now: 42, latest: true }), "workflow-1");
    const patched = [Date.now(), new Date().getTime(), Math.random(), typeof crypto, typeof process];
    console.log("in the workflow");
    const elsewhere = await ctx.runQuery(internal.app.intact, {});
    restore();
    return { patched, elsewhere, after: [Date === original.Date, Math === original.Math, crypto === original.crypto, Date.now() > 42] };
  } });`;

let t: TestRunner;
beforeAll(async () => {
  t = await TestRunner.open({ app: { "app.ts": APP, "common.ts": COMMON } });
});
afterAll(() => t.end());

async function keys() {
  const { subtle } = crypto;
  const message = "The message.";
  const rsa = await subtle.generateKey(
    { name: "RSASSA-PKCS1-v1_5", modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-256" },
    true,
    ["sign", "verify"],
  );
  const ec = await subtle.generateKey({ name: "ECDSA", namedCurve: "P-384" }, true, ["sign", "verify"]);
  const ed = (await subtle.generateKey("Ed25519", true, ["sign", "verify"])) as CryptoKeyPair;
  const signature = await subtle.sign(
    { name: "ECDSA", hash: "SHA-256" },
    ec.privateKey,
    new TextEncoder().encode(message),
  );
  const message8 = new TextEncoder().encode(message);
  const oaepKeys = await subtle.generateKey(
    { name: "RSA-OAEP", modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-256" },
    true,
    ["encrypt", "decrypt"],
  );
  const label = new TextEncoder().encode("label");
  const sealed = await subtle.encrypt({ name: "RSA-OAEP", label }, oaepKeys.publicKey, message8);
  const pair = async (algorithm: EcKeyGenParams | "X25519") => {
    const [own, theirs] = [1, 2].map(() => subtle.generateKey(algorithm, true, ["deriveBits"]) as Promise<CryptoKeyPair>);
    const raw = [...new Uint8Array(await subtle.exportKey("raw", (await theirs!).publicKey))];
    const { key_ops: _, ...jwk } = await subtle.exportKey("jwk", (await own!).privateKey);
    return { private: jwk, raw };
  };
  return {
    oaepPublic: await subtle.exportKey("jwk", oaepKeys.publicKey),
    pem: `-----BEGIN PRIVATE KEY-----\n${Buffer.from(await subtle.exportKey("pkcs8", rsa.privateKey)).toString("base64")}\n-----END PRIVATE KEY-----`,
    rsaPublic: rsa.publicKey,
    input: {
      message,
      rsa: {
        private: await subtle.exportKey("jwk", rsa.privateKey),
        public: await subtle.exportKey("jwk", rsa.publicKey),
      },
      ec: {
        curve: "P-384",
        raw: [...new Uint8Array(await subtle.exportKey("raw", ec.publicKey))],
        signature: [...new Uint8Array(signature)],
      },
      ed: await subtle.exportKey("jwk", ed.privateKey),
      oaep: {
        private: await subtle.exportKey("jwk", oaepKeys.privateKey),
        sealed: [...new Uint8Array(sealed)],
      },
      agree: { ECDH: await pair({ name: "ECDH", namedCurve: "P-256" }), X25519: await pair("X25519") },
    },
  };
}

it("F9: Web Crypto in a mutation gives what the host's gives", async () => {
  const { input } = await keys();
  const inMutation = await t.mutate("app:all", { input: JSON.stringify(input) });
  const host = (await import(`data:text/javascript,${encodeURIComponent(COMMON)}`)) as {
    everything(input: unknown): Promise<unknown>;
  };
  expect(inMutation).toEqual(await host.everything(input));
});

it("F9: a token signed with RS256 in a mutation verifies", async () => {
  const { pem, rsaPublic } = await keys();
  const { payload } = await jwtVerify(await t.mutate<string>("app:jwt", { pem }), rsaPublic);
  expect(payload).toMatchObject({ sub: "user|session", iss: "me" });
});

it("F9: what needs chance that cannot be repeated is refused in a mutation", async () => {
  const { oaepPublic: key } = await keys();
  const names = await t.mutate("app:chance", { key: JSON.parse(JSON.stringify(key)) });
  expect(names).toEqual(["NotSupportedError", "NotSupportedError", "TypeError"]);
});

it("F1: a workflow may patch its globals; what it calls meanwhile sees its own, and they can be put back", async () => {
  const out = await t.mutate<{ patched: unknown[]; elsewhere: string[]; after: boolean[] }>("app:workflow");
  expect(out.patched).toEqual([42, 42, expect.any(Number), "undefined", "undefined"]);
  expect(out.elsewhere).toEqual([]);
  expect(out.after).toEqual([true, true, true, true]);
  const [first, second] = [await t.mutate<typeof out>("app:workflow"), out];
  expect(first.patched[2]).toBe(second.patched[2]);
});
