import { describe, expect, it } from "vitest";
import { checkEmail } from "./emails";
import { COST, hashText, isOutdated, readHash } from "./hashes";
import { isLoopback } from "./homes";
import { LINK_LIFE_MS, linkAddress, newToken, standingOf } from "./links";
import { linkMail } from "./mails";
import { checkName, checkTitle } from "./names";
import { passwordProblem } from "./passwords";
import { programName } from "./sessionClient";

const ULRIKE = { name: "Ulrike Sanderson", email: "u.sanderson@example.com" };

describe("names", () => {
  it.each([
    ["  Maria   Lopez ", "Maria Lopez"],
    ["Zoe\u0308", "Zoë"],
    ["Сергей Ким", "Сергей Ким"],
    ["O’Neill-Straße Jr.", "O’Neill-Straße Jr."],
    ["Li 李", "Li 李"],
  ])("N1: %j is stored as %j", (typed, text) => {
    expect(checkName(typed)).toEqual({ ok: true, text });
  });

  it.each([
    ["nothing", "", /Enter a name/],
    ["no letter", "12 34", /at least one letter/],
    ["too long", "a".repeat(101), /longer than 100/],
    ["a line break", "Maria\nLopez", /cannot be seen/],
    ["a zero", "Maria\u0000", /cannot be seen/],
    ["a turned direction", "Maria\u202Ezepol", /cannot be seen/],
    ["a blank of no width", "Mar\u200Bia", /cannot be seen/],
    ["half a character", "Maria \ud800", /cannot be seen/],
    ["piled marks", "M\u0323\u0324\u0325\u0330aria", /more than three marks/],
    ["a Cyrillic a in a Latin word", "M\u0430ria", /look alike/],
    ["a Greek o in a Latin word", "Maria L\u03BFpez", /look alike/],
  ])("N2, N3: refuses %s", (_what, typed, problem) => {
    expect(checkName(typed)).toEqual({ ok: false, problem: expect.stringMatching(problem) });
  });

  it("N1: a title may be empty, and is held to the same writing", () => {
    expect(checkTitle("  ")).toEqual({ ok: true, text: "" });
    expect(checkTitle("Support\u202E lead")).toMatchObject({ ok: false });
  });
});

describe("e-mail addresses", () => {
  it.each([
    [" Maria@Example.COM ", "maria@example.com"],
    ["ｍaria@example.com", "maria@example.com"],
    ["a+b.c@sub.example.co", "a+b.c@sub.example.co"],
    ["maria@xn--mller-kva.example", "maria@xn--mller-kva.example"],
  ])("N4: %j is stored as %j", (typed, text) => {
    expect(checkEmail(typed)).toEqual({ ok: true, text });
  });

  it.each([
    ["", /Enter an e-mail/],
    ["maria", /no e-mail address/],
    ["maria@localhost", /no e-mail address/],
    ["@example.com", /no e-mail address/],
    ["maria@@example.com", /no e-mail address/],
    ["maria..l@example.com", /no e-mail address/],
    ["maria@example..com", /no e-mail address/],
    ["maria@-example.com", /no e-mail address/],
    ['"maria"@example.com', /no e-mail address/],
    ["Maria <maria@example.com>", /has no blanks/],
    [`${"a".repeat(65)}@example.com`, /no e-mail address/],
    [`maria@${"a.".repeat(130)}example.com`, /no e-mail address/],
    ["m\u0430ria@example.com", /“\u0430” \(U\+0430\)/],
    ["maria@ex\u0430mple.com", /U\+0430/],
    ["mar\u200Bia@example.com", /cannot be seen \(U\+200B\)/],
    ["maria@example.com\u0000", /cannot be seen \(U\+0000\)/],
    ["maria@example.com\r\nBcc: x@example.com", /U\+000D/],
  ])("N4, N5: refuses %j", (typed, problem) => {
    expect(checkEmail(typed)).toEqual({ ok: false, problem: expect.stringMatching(problem) });
  });
});

describe("passwords", () => {
  it.each([
    "correct horse battery",
    "日本語のパスワードです漢字",
    "Tr0ub4dor & the mule",
    "x9$kLp2#vQ8@",
    "my cat eats blue fish",
  ])("P1: takes %j", (password) => {
    expect(passwordProblem(password, ULRIKE)).toBeNull();
  });

  it.each([
    ["eleven chars"[0] ?? "", /at least 12/],
    ["abcdefghijk", /at least 12/],
    ["ﬀﬀﬀﬀﬀ", /at least 12/],
    ["ä".repeat(129), /256 bytes/],
  ])("P1: refuses the length of %j", (password, problem) => {
    expect(passwordProblem(password, ULRIKE)).toMatch(problem);
  });

  it.each([
    "u.sanderson1!",
    "UlrikeSanderson2024",
    "u.sanderson@example.com",
    "sandersonulrike123",
    "U1r1k3-S4nders0n!!",
  ])("P2: refuses %j of Ulrike Sanderson", (password) => {
    expect(passwordProblem(password, ULRIKE)).toMatch(/your name or e-mail/);
  });

  it.each([
    "password1234",
    "P@ssw0rd1234",
    "Passwort2024!",
    "qwertyuiop12",
    "1234567890123",
    "111111111111",
    "abcabcabcabc",
    "abcdefghijklm",
    "letmeinletmein",
    "iloveyou12345",
    "welcome-welcome",
    "Sunshine2025!!",
    "1qaz2wsx3edc4rfv",
    "passwordpassword",
    "AdminAdmin1234",
    "Countersign2026",
    "changeme12345",
    "correcthorsebatterystaple",
  ])("P3: refuses %j, which is tried first", (password) => {
    expect(passwordProblem(password, ULRIKE)).toMatch(/tried first/);
  });

  it("P1: is quick with the longest and strangest", () => {
    const before = performance.now();
    for (const text of ["a", "ab1!", "\u0301", "pass", "(((("]) passwordProblem(text.repeat(256).slice(0, 256), ULRIKE);
    expect(performance.now() - before).toBeLessThan(5_000);
  });

  it("P4: the stored text says how it was made, and can be read", () => {
    const stored = { ...COST, salt: "A".repeat(22), key: "b".repeat(43) };
    expect(hashText(stored)).toBe(`$scrypt$ln=15,r=8,p=3$${"A".repeat(22)}$${"b".repeat(43)}`);
    expect(readHash(hashText(stored))).toEqual(stored);
    expect(() => readHash("plain")).toThrow("cannot be read");
    expect(() => readHash(hashText({ ...stored, ln: 100 }))).toThrow("cannot be read");
  });

  it("P4: one of a lower cost is outdated", () => {
    expect(isOutdated(COST)).toBe(false);
    expect(isOutdated({ ...COST, ln: COST.ln + 1 })).toBe(false);
    expect(isOutdated({ ...COST, ln: COST.ln - 1 })).toBe(true);
    expect(isOutdated({ ...COST, p: COST.p - 1 })).toBe(true);
  });
});

describe("links", () => {
  it("L1: tokens are 32 random bytes, and stand in the fragment", () => {
    const tokens = Array.from({ length: 50 }, newToken);
    expect(new Set(tokens).size).toBe(50);
    for (const token of tokens) expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(new URL(linkAddress("https://desk.example.com/", "abc")).hash).toBe("#abc");
    expect(linkAddress("https://desk.example.com/", "abc")).toBe("https://desk.example.com/welcome#abc");
  });

  it("L2: a link is open until it is used, replaced or expired", () => {
    expect(standingOf({ expiresAt: 10 }, 9)).toBe("open");
    expect(standingOf({ expiresAt: 10 }, 10)).toBe("expired");
    expect(standingOf({ expiresAt: 10, usedAt: 3 }, 20)).toBe("used");
    expect(standingOf({ expiresAt: 10, voidedAt: 3 }, 5)).toBe("replaced");
    expect(standingOf({ expiresAt: 10, usedAt: 2, voidedAt: 3 }, 5)).toBe("used");
  });

  it("L3: says how long it holds", () => {
    expect(LINK_LIFE_MS).toEqual({ setup: 86_400_000, invitation: 604_800_000, reset: 3_600_000 });
    expect(linkMail("reset", "Maria", "https://x").text).toContain("for one hour");
    expect(linkMail("invitation", "Maria", "https://x").text).toContain("for 7 days");
    expect(linkMail("setup", "Maria", "https://x").text).toContain("for 24 hours");
  });
});

describe("homes", () => {
  it.each(["http://localhost:4600", "http://127.0.0.1:4601", "http://127.8.0.1", "http://[::1]:3000"])(
    "D1: %s is the machine itself",
    (url) => expect(isLoopback(url)).toBe(true),
  );
  it.each([
    "https://desk.example.com",
    "http://localhost.example.com",
    "http://127.0.0.1.example.com",
    "http://192.168.1.4:4600",
    "http://0.0.0.0:1",
    "not a url",
  ])("D1: %s is not", (url) => expect(isLoopback(url)).toBe(false));
});

it.each([
  [
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/153.0.0.0 Safari/537.36",
    "Chrome on Linux",
  ],
  ["Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Windows"],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile Safari/604.1",
    "Safari on iPhone",
  ],
  ["Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"],
  ["curl/8.0", "a program"],
  [null, "a program"],
])("the program of %j is %j", (userAgent, program) => {
  expect(programName(userAgent)).toBe(program);
});
