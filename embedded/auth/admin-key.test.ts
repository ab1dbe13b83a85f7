import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { UserError } from "../values/errors.ts";
import { readAdminCredential } from "./admin-credential.ts";
import { AdminKey } from "./admin-key.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "admin-key-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const file = () => join(dir, "data", "admin-key");
const open = (given?: string) => AdminKey.open(join(dir, "data"), given);

describe("AdminKey", () => {
  it("U1: is made once and stays the same", () => {
    const key = open();
    expect(key.text).toMatch(/^convex-self-hosted\|[0-9a-f]{64}$/);
    expect(open().text).toBe(key.text);
    expect(readFileSync(file(), "utf8").trim()).toBe(key.text);
    expect(readdirSync(join(dir, "data"))).toEqual(["admin-key"]);
  });

  it.skipIf(process.platform === "win32")("U1: only the owner can read the file, also when it was opened up", () => {
    open();
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    chmodSync(file(), 0o644);
    open();
    expect(statSync(file()).mode & 0o777).toBe(0o600);
  });

  it("U1: a given key is used and not stored", () => {
    const own = open().text;
    expect(open("other|secret").text).toBe("other|secret");
    expect(readFileSync(file(), "utf8").trim()).toBe(own);
  });

  it("U1: any text that a header can hold may be given as the key", () => {
    for (const text of ["x", "secret", "a|b|c", "a|b:c", "a| b", "|x", "x|", "1:2:3"]) {
      const key = open(text);
      expect([text, key.matches(text), key.matches(`${text}x`), key.matches("")]).toEqual([text, true, false, false]);
    }
    for (const text of ["", " ", " x", "x\n", "schlüssel"]) expect(() => open(text), text).toThrow(UserError);
    expect([open("team|x").name, open("x").name]).toEqual(["team", "convex-self-hosted"]);
  });

  it("U1: a kept key that is none is refused", () => {
    open();
    for (const text of ["", "secret", "a|b|c"]) {
      writeFileSync(file(), text);
      expect(() => open()).toThrow(/admin-key/);
    }
  });

  it("U2: matches itself only, a type before the name aside", () => {
    const key = open("convex-self-hosted|0123abcd");
    const own = "convex-self-hosted|0123abcd";
    expect([key.matches(own), key.matches(`dev:${own}`)]).toEqual([true, true]);
    for (const bad of ["", "0123abcd", "convex-self-hosted|0123abce", `${own} `, "other|0123abcd"]) {
      expect([bad, key.matches(bad)]).toEqual([bad, false]);
    }
  });
});

describe("readAdminCredential", () => {
  const read = (credential: string) => readAdminCredential(credential, open("a|b"));
  const identity = { tokenIdentifier: "i|s", issuer: "i", subject: "s", name: "Zoë" };
  const encoded = Buffer.from(JSON.stringify(identity)).toString("base64");

  it("U3: a key alone, and a key with a person", () => {
    expect(read("a|b")).toEqual({ identity: null });
    expect(read(`a|b:${encoded}`)).toEqual({ identity });
    expect(read(`dev:a|b:${encoded}`)).toEqual({ identity });
    expect(readAdminCredential(`k:1:${encoded}`, open("k:1"))).toEqual({ identity });
    expect([read(`a|c:${encoded}`), read("a|bc"), read("")]).toEqual([null, null, null]);
  });

  it("U3: an identity that is none is refused", () => {
    const bad = [null, [], "x", {}, { issuer: "i", subject: 5, tokenIdentifier: "x" }];
    const encodedBad = bad.map((v) => Buffer.from(JSON.stringify(v)).toString("base64"));
    for (const text of ["%%%", ...encodedBad]) {
      expect(() => read(`a|b:${text}`), text).toThrow(/identity after the admin key/);
    }
  });
});
