import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launchBrowser, visit, type Visitor } from "./browser.ts";
import type { Desk } from "./desk.ts";
import { goTo, signIn, submitSample } from "./people.ts";
import { startPrepared } from "./prepared.ts";

let desk: Desk;
let browser: Browser;
let admin: Visitor;

beforeAll(async () => {
  desk = await startPrepared();
  browser = await launchBrowser();
  const maya = await visit(browser, desk.url);
  await signIn(maya.page, "Maya Okafor");
  const path = await submitSample(maya.page, "Charged twice for Fernhill Plus");
  await maya.page.getByText("In review").first().waitFor();
  expect(path).toMatch(/^\/requests\//);
  await maya.close();
  admin = await visit(browser, desk.url);
  await signIn(admin.page, "Samira Nasser");
});
afterAll(async () => {
  await browser?.close();
  await desk?.stop();
});

const reading = (page: Page) => page.getByRole("region", { name: "What it says" });
const rules = (page: Page) => page.getByRole("region", { name: "Rules", exact: true });
const stages = (page: Page) => page.getByRole("region", { name: "Stages", exact: true });

it("an admin reads a policy, changes it with its reading beside, and what was typed survives a reload", async () => {
  const { page } = admin;
  await goTo(page, "Policies");
  await page.getByRole("link", { name: /^Customer reply/ }).click();
  await reading(page).getByText("One of these must approve: all reviewers.").waitFor();
  await page.getByRole("link", { name: "Edit" }).click();

  await rules(page).getByRole("button", { name: "Add a rule" }).click();
  await rules(page).getByLabel("Name", { exact: true }).fill("Billing");
  await rules(page).getByLabel("Condition 1: field").selectOption({ label: "The category" });
  await rules(page).getByLabel("Condition 1: value: add").selectOption({ label: "billing" });
  await stages(page).getByRole("button", { name: "Add a stage" }).click();
  const second = page.getByRole("region", { name: /^Stage 2: / });
  await second.getByLabel("Name", { exact: true }).fill("Managers");
  await second.getByRole("button", { name: "Remove All reviewers" }).click();
  await second.getByLabel("Candidates: add").selectOption({ label: "All managers" });
  await second.getByLabel("Deadline", { exact: true }).fill("8");
  await second.getByLabel("Deadline: unit").selectOption("working hours");
  await rules(page).getByLabel("Stages, in order: add").selectOption({ label: "Managers" });
  await reading(page).getByText("When the category is billing: Review then Managers.").waitFor();
  await reading(page).getByText("If nobody decides within 8 working hours, it is rejected.").waitFor();

  await page.reload();
  await page.getByText("Unsaved changes. They are kept in this browser").waitFor();
  await reading(page).getByText("When the category is billing: Review then Managers.").waitFor();
});

it("what is wrong stands at its field and in a list that leads there, and keeps the policy from being saved", async () => {
  const { page } = admin;
  const second = page.getByRole("region", { name: "Stage 2: Managers" });
  const quorum = second.getByLabel("How many must approve", { exact: true });
  await quorum.fill("3");
  await page.getByText("1 thing to correct before it can be saved").waitFor();
  expect(await page.getByRole("button", { name: "Save…" }).isDisabled()).toBe(true);
  await second.getByText("3 must approve, and the stage has 2 candidates.").waitFor();
  await page.getByRole("button", { name: /^Stage 2, how many must approve: 3 must approve/ }).click();
  const focused = await page.evaluate(() => document.activeElement?.id);
  expect(focused).toBe("policy-stages[1].quorum");
  await quorum.fill("1");
  await page.getByText("This policy can be followed.").waitFor();
});

it("a dry run tells what it would have done, saving says what changes, and the new version is in force", async () => {
  const { page } = admin;
  await page.getByRole("button", { name: "Run", exact: true }).click();
  const differing = page.getByRole("list", { name: "Requests that differ" });
  await differing.getByRole("link", { name: "Charged twice for Fernhill Plus" }).waitFor();
  await differing.getByText("Review, then Managers").waitFor();

  await page.getByRole("button", { name: "Save…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("Stage “Managers” is new.").waitFor();
  await dialog.getByText("Rule “Billing” is new.").waitFor();
  await dialog.getByRole("button", { name: "Save version 2" }).click();
  await page.getByText(/^Version 2, saved by Samira Nasser/).waitFor();
  await reading(page).getByText("When the category is billing: Review then Managers.").waitFor();
  await page.getByRole("link", { name: /^Version 1/ }).click();
  await page.getByText("Version 1 is no longer in force for new requests").waitFor();
  await reading(page).getByText("Always: Review.").waitFor();

  await page.getByRole("link", { name: "Make a new version of it" }).click();
  await reading(page).getByText("Always: Review.").waitFor();
  await page.getByRole("button", { name: "Save…" }).click();
  await dialog.getByText("Rule “Billing” is gone.").waitFor();
  await dialog.getByRole("button", { name: "Keep editing" }).click();
  await page.getByRole("button", { name: "Discard changes" }).click();
  await reading(page).getByText("When the category is billing: Review then Managers.").waitFor();
});

it("a rule that approves without a person is revoked after a question, and says so", async () => {
  const { page } = admin;
  await page.goto(`${desk.url}/policies/refund`);
  await page.getByRole("button", { name: "Revoke the rule Small refunds" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke the rule" }).click();
  await reading(page).getByText("Revoked: approves nothing").waitFor();
  await expect.poll(() => page.getByRole("button", { name: /^Revoke the rule/ }).count()).toBe(0);
});

it("an admin puts somebody into a group, and a manager sees it but changes nothing", async () => {
  const { page } = admin;
  await goTo(page, "People");
  await page.getByRole("button", { name: "Change the group Finance" }).click();
  await page
    .getByRole("dialog")
    .getByLabel(/^Tom Hallberg/)
    .check();
  const helen = await visit(browser, desk.url);
  await signIn(helen.page, "Helen Marsh");
  await goTo(helen.page, "People");
  await helen.page.getByText("Aiko Mori, David Chen, Tom Hallberg").waitFor();
  expect(await helen.page.getByRole("button", { name: /^Change the group/ }).count()).toBe(0);
  await helen.page.goto(`${desk.url}/policies/customerReply?edit=true`);
  await reading(helen.page).getByText("When the category is billing: Review then Managers.").waitFor();
  expect(await helen.page.getByRole("link", { name: "Edit" }).count()).toBe(0);
  expect([...admin.problems, ...helen.problems]).toEqual([]);
  await helen.close();
});
