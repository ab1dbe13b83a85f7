import { tmpdir } from "node:os";
import { expect, it } from "vitest";
import { readAdminCredential } from "./admin-credential.ts";
import { AdminKey } from "./admin-key.ts";

const KEY = "desk|0123456789abcdef";
const key = AdminKey.open(tmpdir(), KEY);
const acting = (text: string) => readAdminCredential(`${KEY}:${Buffer.from(text).toString("base64")}`, key);

it("U3: the key alone, the key with somebody to act as, and no key", () => {
  const ann = { tokenIdentifier: "i|ann", issuer: "i", subject: "ann" };
  expect([readAdminCredential(KEY, key), acting(JSON.stringify(ann)), readAdminCredential("other", key)]).toEqual([{ identity: null }, { identity: ann }, null]);
});

it.each([
  ["what is no JSON", "nonsense"],
  ["a list", "[]"],
  ["half an identity", `{"subject":"ann"}`],
  ["an identity without end", `{"tokenIdentifier":"t","issuer":"i","subject":"s","a":${"[".repeat(20_000)}${"]".repeat(20_000)}}`],
])("U3: %s is nobody to act as", (_, text) => {
  expect(() => acting(text)).toThrow(expect.objectContaining({ code: "BadAdminIdentity", httpStatus: 400 }));
});
