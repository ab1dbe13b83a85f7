import AxeBuilder from "@axe-core/playwright";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchBrowser, visit, type Visitor } from "./browser.ts";
import { type Desk, startDesk, threeFreePorts } from "./desk.ts";
import { CLIENT, type Employee, type IdentityProvider, openIdentityProvider } from "./identity-provider.ts";
import { GONE_WITHIN_MS } from "./in-long.ts";

/** A desk of real people: the first admin, an invitation, sessions that end, and company sign-in. */

let desk: Desk;
let browser: Browser;
let idp: IdentityProvider;
let ada: Visitor;

beforeAll(async () => {
  const port = await threeFreePorts();
  idp = await openIdentityProvider(`http://127.0.0.1:${port + 2}/api/auth/callback/sso`);
  const { id: OIDC_CLIENT_ID, secret: OIDC_CLIENT_SECRET } = CLIENT;
  const env = { OIDC_ISSUER: idp.issuer, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, OIDC_NAME: "Fernhill", OIDC_DOMAINS: "fernhill.example" };
  [desk, browser] = await Promise.all([startDesk({ port, args: ["--no-demo"], env }), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await desk?.stop();
  await idp?.close();
});

/** Calls a public function, as whoever holds the token; the answer as the server gives it. */
async function call(kind: "query" | "mutation" | "action", path: string, args: object, token?: string): Promise<Answer> {
  const response = await fetch(`http://127.0.0.1:${desk.port + 1}/api/${kind}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ path, args, format: "json" }),
  });
  return (await response.json()) as Answer;
}
type Answer = { status?: string; value?: unknown; errorData?: { code?: string; message?: string }; code?: string };

/** The token that a page keeps. */
const tokenOf = (page: Page): Promise<string> =>
  page.evaluate(() => Object.entries(localStorage).find(([key]) => key.startsWith("__convexAuthJWT"))?.[1] ?? "");

/** Nothing is wider than a phone, or than a desktop. */
async function fits(page: Page): Promise<void> {
  for (const width of [390, 1440]) {
    await page.setViewportSize({ width, height: 844 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
    await picture(page, width);
  }
}

async function looksRight(page: Page): Promise<void> {
  await fits(page);
  const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`)).toEqual([]);
}

/** `SCREENSHOTS=dir` also takes a picture of every screen, light and dark. */
async function picture(page: Page, width: number): Promise<void> {
  const dir = process.env["SCREENSHOTS"];
  if (dir === undefined) return;
  const name = `${new URL(page.url()).pathname.replaceAll("/", "-").slice(1)}-${await page.title()}-${width}`;
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: `${dir}/${name}-${colorScheme}.png` });
  }
  await page.emulateMedia({ colorScheme: "light" });
}

describe("people", () => {
  it("the link that the start prints makes the first admin, once", async () => {
    const link = /(http:\/\/localhost:\d+\/welcome#\S+)/.exec(desk.output())?.[1] ?? "";
    const stranger = await visit(browser, desk.url);
    await stranger.page.getByText("Nobody is at this desk yet").waitFor();
    await fits(stranger.page);
    await stranger.close();

    ada = await visit(browser, link);
    const { page } = ada;
    await page.getByRole("heading", { name: "Set up this desk" }).waitFor();
    await looksRight(page);
    await page.getByRole("button", { name: "Save and sign in" }).click();
    await page.getByText("Enter a name.").waitFor();
    expect(await page.getByLabel("Your name").evaluate((field) => field === document.activeElement)).toBe(true);
    await page.getByLabel("Your name").fill("Ada King");
    await page.getByLabel("E-mail address").fill("ada@fernhill.example");
    await page.getByLabel("New password").fill("password1234");
    await page.getByRole("button", { name: "Save and sign in" }).click();
    await page.getByText("one of those that are tried first").waitFor();
    await page.getByLabel("New password").fill("brown kettle over there");
    await page.getByRole("button", { name: "Save and sign in" }).click();
    await page.getByRole("navigation", { name: "Main" }).first().waitFor();
    expect(page.url()).not.toContain("welcome");
    expect(ada.problems).toEqual([]);

    const late = await visit(browser, link);
    await late.page.getByText("works only once").waitFor();
    await fits(late.page);
    await late.close();
  });

  it("an invited person chooses a password, signs out, and signs in again; the wrong password says so", async () => {
    const invited = await call("action", "accounts:invite", { name: "Priya Raman", email: "priya@example.com", title: "", roles: ["reviewer"] }, await tokenOf(ada.page));
    const { link } = invited.value as { link: string };
    const { page, problems, close } = await visit(browser, link);
    await page.getByRole("heading", { name: "Welcome, Priya Raman" }).waitFor();
    await fits(page);
    await page.getByLabel("New password").fill("green bottle over here");
    await page.keyboard.press("Enter");
    await page.getByRole("navigation", { name: "Main" }).first().waitFor();

    await page.getByRole("button", { name: /^Priya Raman,/ }).first().click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.getByLabel("E-mail address").waitFor();
    await page.getByLabel("E-mail address").fill("priya@example.com");
    await page.getByLabel("Password", { exact: true }).fill("green bottle over there");
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByText("do not belong together").waitFor();
    await page.getByLabel("Password", { exact: true }).fill("green bottle over here");
    await page.keyboard.press("Enter");
    await page.getByRole("navigation", { name: "Main" }).first().waitFor();
    expect(problems.filter((text) => !text.includes("signInFailed"))).toEqual([]);

    // An admin ends her session: her page is out at once.
    await page.goto(`${desk.url}/account`);
    await page.getByText("This one").waitFor();
    await looksRight(page);
    const { personId } = invited.value as { personId: string };
    expect(await call("mutation", "sessions:endAll", { personId }, await tokenOf(ada.page))).toMatchObject({ status: "success" });
    await page.getByRole("button", { name: "Sign in", exact: true }).waitFor({ timeout: GONE_WITHIN_MS });
    expect(page.url()).toContain("next=%2Faccount");
    await close();
  });

  it("a token with alg none, or of a session that has ended, is nobody's", async () => {
    const [, claims] = (await tokenOf(ada.page)).split(".");
    const none = `${Buffer.from('{"alg":"none","typ":"JWT"}').toString("base64url")}.${claims}.`;
    const answer = await call("query", "viewer:current", {}, none);
    expect(answer.status).not.toBe("success");
    const signedIn = await call("action", "auth:signIn", { provider: "desk", params: { email: "ada@fernhill.example", password: "brown kettle over there" } });
    const { token } = (signedIn.value as { tokens: { token: string } }).tokens;
    expect(await call("query", "viewer:current", {}, token)).toMatchObject({ value: { name: "Ada King" } });
    await call("action", "auth:signOut", {}, token);
    expect(await call("query", "viewer:current", {}, token)).toMatchObject({ value: null });
  });
});

describe("company sign-in", () => {
  const PRIYA: Employee = { sub: "e-1", name: "P. Raman", email: "Priya@Example.com", email_verified: true };

  /** What a browser does: to the company and back, with its cookies. Answers where it ends, and the verifier kept for it. */
  async function toCompanyAndBack(employee: Employee, meddle: (url: URL) => URL = (url) => url) {
    idp.employee = employee;
    const started = await call("action", "auth:signIn", { provider: "sso", params: { redirectTo: "/sign-in?sso=back" } });
    const { redirect, verifier } = started.value as { redirect: string; verifier: string };
    const cookies = new Map<string, string>();
    let url = new URL(redirect);
    const passed: URL[] = [];
    while (url.origin !== desk.url) {
      passed.push(url);
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
      const response = await fetch(url, { redirect: "manual", headers: { cookie } });
      for (const line of response.headers.getSetCookie()) {
        const [name = "", value = ""] = (line.split(";")[0] ?? "").split("=", 2);
        cookies.set(name, value);
      }
      const to = response.headers.get("location");
      if (to === null) throw new Error(`${url.pathname} answered ${response.status}: ${(await response.text()).slice(0, 300)}`);
      url = new URL(to, url);
      if (url.pathname.startsWith("/api/auth/callback/")) url = meddle(url);
    }
    return { code: url.searchParams.get("code"), verifier, callback: passed.at(-1), cookies };
  }

  const finish = (code: string | null, verifier: string) => call("action", "auth:signIn", { provider: "sso", params: { code }, verifier });

  async function signIn(employee: Employee) {
    const { code, verifier } = await toCompanyAndBack(employee);
    return code === null ? null : await finish(code, verifier);
  }

  async function who(answer: Answer | null): Promise<unknown> {
    if (answer?.value === undefined) throw new Error(`Nobody was signed in: ${JSON.stringify(answer)}`);
    const { token } = (answer.value as { tokens: { token: string } }).tokens;
    return (await call("query", "viewer:current", {}, token)).value;
  }

  it("lets an invited person in by their verified address, and by their subject from then on", async () => {
    expect(await who(await signIn(PRIYA))).toMatchObject({ name: "Priya Raman", roles: ["reviewer"] });
    expect(await who(await signIn({ ...PRIYA, email: "married@example.com" }))).toMatchObject({ name: "Priya Raman" });
  });

  it("makes a requester of somebody of a trusted domain, and of nobody else", async () => {
    const ines = { sub: "e-2", name: "Ines Duarte", email: "ines@fernhill.example", email_verified: true };
    expect(await who(await signIn(ines))).toMatchObject({ name: "Ines Duarte", roles: ["requester"] });
    const stranger = { sub: "e-3", name: "Eve", email: "eve@elsewhere.example", email_verified: true };
    expect(await signIn(stranger)).toMatchObject({ errorData: { code: "ssoUnknown" } });
    expect(await signIn({ ...stranger, sub: "e-4", email: "eve@not-fernhill.example" })).toMatchObject({ errorData: { code: "ssoUnknown" } });
    // Invited afterwards, the same person gets in.
    const invited = { name: "Eve Stone", email: stranger.email, title: "", roles: ["manager"] };
    await call("action", "accounts:invite", invited, await tokenOf(ada.page));
    expect(await who(await signIn(stranger))).toMatchObject({ name: "Eve Stone", roles: ["manager"] });
  });

  it.each([false, "true"])("links nobody by an address whose email_verified is %j", async (email_verified) => {
    const thief = { sub: `thief-${email_verified}`, name: "Ada", email: "ada@fernhill.example", email_verified };
    expect(await signIn(thief)).toMatchObject({ errorData: { code: "ssoUnverified" } });
  });

  it.each([
    ["of another issuer", (claims: Record<string, unknown>) => idp.sign({ ...claims, iss: "https://elsewhere.example" })],
    ["for another client", (claims: Record<string, unknown>) => idp.sign({ ...claims, aud: "another" })],
    ["with another nonce", (claims: Record<string, unknown>) => idp.sign({ ...claims, nonce: "another" })],
    ["that is over", (claims: Record<string, unknown>) => idp.sign({ ...claims, exp: 1_000 })],
    ["with alg none", (claims: Record<string, unknown>) => Promise.resolve(`${Buffer.from('{"alg":"none"}').toString("base64url")}.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.`)],
  ])("refuses an ID token %s", async (_what, spoil) => {
    idp.spoil = spoil;
    expect((await toCompanyAndBack(PRIYA)).code).toBeNull();
    idp.spoil = null;
  });

  it("refuses another state, a code that was used, and one without its verifier", async () => {
    const meddle = (url: URL) => {
      url.searchParams.set("state", "another");
      return url;
    };
    expect((await toCompanyAndBack(PRIYA, meddle)).code).toBeNull();

    const { code, verifier, callback, cookies } = await toCompanyAndBack(PRIYA);
    expect(await finish(code, "another")).toMatchObject({ value: { tokens: null } });
    expect(await who(await finish(code, verifier))).toMatchObject({ name: "Priya Raman" });
    expect(await finish(code, verifier)).toMatchObject({ value: { tokens: null } });
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const replayed = await fetch(callback ?? "", { redirect: "manual", headers: { cookie } });
    expect(new URL(replayed.headers.get("location") ?? "").searchParams.get("code")).toBeNull();
  });

  it("works in a browser by one click, and says why somebody is not let in", async () => {
    const { page, close } = await visit(browser, desk.url);
    idp.employee = { sub: "e-9", name: "Mallory", email: "mallory@elsewhere.example", email_verified: true };
    await page.getByRole("button", { name: "Continue with Fernhill" }).click();
    await page.getByText("nobody has invited you to this desk yet").waitFor();
    await looksRight(page);
    idp.employee = PRIYA;
    await page.getByRole("button", { name: "Continue with Fernhill" }).click();
    await page.getByRole("navigation", { name: "Main" }).first().waitFor();
    await close();
  });
});
