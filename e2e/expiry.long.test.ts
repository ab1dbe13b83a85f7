import type { Browser } from "playwright-core";
import { afterAll, beforeAll, it } from "vitest";
import { launchBrowser, visit } from "./browser.ts";
import { startDesk } from "./desk.ts";
import { inboxRow, signIn, submitForm } from "./people.ts";
import { startPrepared } from "./prepared.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
});

it("rejects at once after a start what expired while the desk was dead", async () => {
  let desk = await startPrepared();
  const [maya, priya] = await Promise.all([visit(browser, desk.url), visit(browser, desk.url)]);
  await signIn(maya.page, "Maya Okafor");
  await signIn(priya.page, "Priya Raman");
  await submitForm(maya.page, { subject: "Expires in the dark", message: "Do you repair old sensors?", within: "30 seconds" });
  await inboxRow(priya.page, "Expires in the dark").waitFor();
  await desk.kill();
  await new Promise((r) => setTimeout(r, 31_000));
  desk = await startDesk({ dataDir: desk.dataDir, port: desk.port });
  await maya.page.getByText("Expired: nobody decided in time").waitFor({ timeout: 30_000 });
  await desk.stop();
});
