import { createPublicKey, sign, createPrivateKey, verify, type JsonWebKey } from "node:crypto";
import { parseEnv } from "node:util";
import { expect, it } from "vitest";
import { auditKey, dotenvText, signingKeys } from "./variables.ts";

it("makes a key pair that signs and verifies after the line ends became blanks", () => {
  const { JWT_PRIVATE_KEY, JWKS } = signingKeys();
  const body = JWT_PRIVATE_KEY.match(/^-----BEGIN PRIVATE KEY----- (.*) -----END PRIVATE KEY-----$/)?.[1] ?? "";
  const privateKey = createPrivateKey({ key: Buffer.from(body.replaceAll(" ", ""), "base64"), format: "der", type: "pkcs8" });
  const jwk = (JSON.parse(JWKS) as { keys: JsonWebKey[] }).keys[0]!;
  const signature = sign("sha256", Buffer.from("hello"), privateKey);
  expect(verify("sha256", Buffer.from("hello"), createPublicKey({ key: jwk, format: "jwk" }), signature)).toBe(true);
});

it("makes an Ed25519 key for the history on one line of base64", () => {
  const { AUDIT_SIGNING_KEY: key } = auditKey();
  const privateKey = createPrivateKey({ key: Buffer.from(key, "base64"), format: "der", type: "pkcs8" });
  expect(privateKey.asymmetricKeyType).toBe("ed25519");
  expect(key).toMatch(/^[A-Za-z0-9+/]+={0,2}$/);
});

it("writes variables that a .env reader takes back unchanged", () => {
  const variables = { A: '{"keys":[{"n":"x"}]}', B: "it's #1 $HOME", C: "two words", D: "a=b" };
  expect(parseEnv(dotenvText(variables))).toEqual(variables);
});
