import { mkdirSync } from "node:fs";
import { join } from "node:path";
import AxeBuilder from "@axe-core/playwright";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launchBrowser, visit, type Visitor } from "./browser.ts";
import { startDesk, type Desk } from "./desk.ts";
import { goTo } from "./people.ts";

/** A desk of real people from the people screen: an admin invites, changes roles and groups, deactivates and restores. */

let desk: Desk;
let browser: Browser;
let ada: Visitor;

beforeAll(async () => {
  [desk, browser] = await Promise.all([startDesk({ args: ["--no-demo"] }), launchBrowser()]);
  const link = /(http:\/\/localhost:\d+\/welcome#\S+)/.exec(desk.output())?.[1] ?? "";
  ada = await visit(browser, link);
  const { page } = ada;
  await page.getByLabel("Your name").fill("Ada King");
  await page.getByLabel("E-mail address").fill("ada@fernhill.example");
  await page.getByLabel("New password").fill("brown kettle over there");
  await page.getByRole("button", { name: "Save and sign in" }).click();
  await goTo(page, "People");
});
afterAll(async () => {
  await browser?.close();
  await desk?.stop();
});

/** Nothing overflows at either width, and axe finds nothing. `SCREENSHOTS=dir` also takes a picture, light and dark. */
async function looksRight(page: Page, name: string): Promise<void> {
  const dir = process.env["SCREENSHOTS"];
  for (const width of [390, 1440]) {
    await page.setViewportSize({ width, height: 844 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
    for (const colorScheme of dir === undefined ? [] : (["light", "dark"] as const)) {
      await page.emulateMedia({ colorScheme });
      mkdirSync(dir ?? "", { recursive: true });
      await page.screenshot({ path: join(dir ?? "", `${name}-${width}-${colorScheme}.png`) });
    }
  }
  const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`)).toEqual([]);
}

it("an admin invites somebody, who comes by the link", async () => {
  const { page } = ada;
  await page.getByRole("button", { name: "Invite" }).click();
  const dialog = page.getByRole("dialog", { name: "Invite somebody" });
  await dialog.getByRole("button", { name: "Invite" }).click();
  await dialog.getByText("Enter a name.").waitFor();
  await looksRight(page, "invite");
  await dialog.getByLabel("Name", { exact: true }).fill("Priya Raman");
  await dialog.getByLabel("E-mail address").fill("priya@fernhill.example");
  await dialog.getByLabel("Title").fill("Support lead");
  await dialog.getByRole("button", { name: "Invite" }).click();
  const field = dialog.getByLabel("Link", { exact: true });
  await field.waitFor();
  await dialog.getByText("this desk sends no e-mail").waitFor();
  await looksRight(page, "invited");
  const link = await field.inputValue();
  await dialog.getByRole("button", { name: "Done" }).click();
  await page.getByRole("link", { name: /^Priya Raman/ }).getByText("Invited").waitFor();

  const priya = await visit(browser, link);
  await priya.page.getByLabel("New password").fill("green bottle over here");
  await priya.page.keyboard.press("Enter");
  await priya.page.getByRole("navigation", { name: "Main" }).first().waitFor();
  expect(await priya.page.getByRole("link", { name: "People" }).count()).toBe(0);
  await page.getByRole("link", { name: /^Priya Raman/ }).getByText("Invited").waitFor({ state: "detached" });
  expect(priya.problems).toEqual([]);
});

it("a search finds people by the beginning of a name, and stands in the address", async () => {
  const { page } = ada;
  await page.getByLabel("Search by name or e-mail").fill("ram");
  await page.getByRole("link", { name: /^Ada King/ }).waitFor({ state: "detached" });
  expect(new URL(page.url()).searchParams.get("find")).toBe("ram");
  await page.getByRole("link", { name: /^Priya Raman/ }).click();
  await page.getByRole("heading", { name: "Priya Raman" }).waitFor();
});

it("roles hold at once; the last admin keeps the role", async () => {
  const { page } = ada;
  await page.getByLabel(/^Manager/).check();
  await page.getByRole("button", { name: "Save the roles" }).click();
  await page.getByText("Saved. It holds from now on.").waitFor();
  await looksRight(page, "person");
  await page.getByRole("link", { name: "All people" }).click();
  await page.getByRole("link", { name: /^Ada King/ }).click();
  await page.getByLabel(/^Manager/).check();
  await page.getByLabel(/^Admin/).uncheck();
  await page.getByRole("button", { name: "Save the roles" }).click();
  await page.getByText("This is the only admin who can sign in").waitFor();
  await page.getByText("You cannot deactivate yourself").waitFor();
});

it("a link for a new password is shown once; whoever is deactivated is signed out, and can be restored", async () => {
  const { page } = ada;
  await page.getByRole("link", { name: "All people" }).click();
  await page.getByRole("link", { name: /^Priya Raman/ }).click();
  await page.getByRole("button", { name: "Link for a new password" }).click();
  await page.getByLabel("Link", { exact: true }).waitFor();
  await page.getByRole("list", { name: "Sessions" }).getByRole("listitem").waitFor();
  await page.getByRole("button", { name: "Deactivate…" }).click();
  const dialog = page.getByRole("dialog", { name: "Deactivate Priya Raman?" });
  await dialog.getByText("counted again without them").waitFor();
  await looksRight(page, "deactivate");
  await dialog.getByRole("button", { name: "Deactivate", exact: true }).click();
  await page.getByRole("button", { name: "Restore" }).click();
  await page.getByText("Priya Raman is here again.").waitFor();
  await page.getByText("Not signed in anywhere.").waitFor();
  expect(ada.problems.filter((text) => !text.includes("lastAdmin"))).toEqual([]);
});
