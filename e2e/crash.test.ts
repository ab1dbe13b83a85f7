import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { launchBrowser, visit, type Visitor } from "./browser.ts";
import { startDesk, type Desk, type DeskOptions } from "./desk.ts";
import { decision, inboxRow, openTask, signIn, submitForm } from "./people.ts";
import { inLong } from "./in-long.ts";
import { startPrepared } from "./prepared.ts";

let browser: Browser;
let desk: Desk;
let maya: Visitor;
let priya: Visitor;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
});
afterEach(async () => {
  await Promise.all([maya?.close(), priya?.close()]);
  await desk?.stop();
});

async function openDesk(options: DeskOptions = {}): Promise<void> {
  desk = await startPrepared({ ...options });
  [maya, priya] = await Promise.all([visit(browser, desk.url), visit(browser, desk.url)]);
  await signIn(maya.page, "Maya Okafor");
  await signIn(priya.page, "Priya Raman");
}

/** `kill -9`, then the same command on the same folder and port; the browsers stay as they are. */
async function killAndStartAgain(env?: Record<string, string>): Promise<void> {
  await desk.kill();
  desk = await startDesk({ dataDir: desk.dataDir, port: desk.port, ...(env ? { env } : {}) });
}

inLong("goes on drafting after kill -9 in the middle of a draft", async () => {
  const slowly = { TEMPLATE_DELAY_MS: "60" };
  await openDesk({ env: slowly });
  await submitForm(maya.page, { subject: "Sensor drops out", message: "My balcony sensor loses its connection every evening. Can you help?" });
  await maya.page.getByLabel("Draft 1, being written").getByText("Dear").waitFor();
  await killAndStartAgain({ TEMPLATE_DELAY_MS: "5" });
  await inboxRow(priya.page, "Sensor drops out").waitFor({ timeout: 90_000 });
  expect(await inboxRow(priya.page, "Sensor drops out").count()).toBe(1);
});

inLong("waits, decides and expires after kill -9 as if nothing had happened", async () => {
  await openDesk();
  await submitForm(maya.page, { subject: "For a decision", message: "Please tell me your opening hours." });
  await submitForm(maya.page, { subject: "For the deadline", message: "Is there a discount for schools?", within: "30 seconds" });
  const expiring = maya.page;
  await inboxRow(priya.page, "For a decision").waitFor();
  await inboxRow(priya.page, "For the deadline").waitFor();

  await killAndStartAgain();

  await openTask(priya.page, "For a decision");
  await decision(priya.page).getByRole("button", { name: "Approve" }).click();
  await decision(priya.page).getByText("by Priya Raman").waitFor();
  await priya.page.getByText("Done: performed exactly as approved").waitFor();
  await expiring.getByText("Expired: nobody decided in time").waitFor({ timeout: 60_000 });
});

it("performs once, under the same idempotency key, after kill -9 while performing", async () => {
  const receiver = await slowReceiver();
  try {
    await openDesk({ env: { WEBHOOK_URL: receiver.url, WEBHOOK_SECRET: `whsec_${btoa("a secret of thirty-two characters")}`, WEBHOOK_ALLOWED_PRIVATE: "127.0.0.1" } });
    await submitForm(maya.page, { subject: "Perform me", message: "Please send me the manual of the M2 sensor." });
    await openTask(priya.page, "Perform me");
    await decision(priya.page).getByRole("button", { name: "Approve" }).click();
    await receiver.firstCall;
    await killAndStartAgain();
    receiver.answerFromNowOn();
    await maya.page.getByText("Done: performed exactly as approved").waitFor({ timeout: 90_000 });
    expect(receiver.keys.length).toBeGreaterThanOrEqual(2);
    expect(new Set(receiver.keys).size).toBe(1);
  } finally {
    receiver.close();
  }
});

interface Receiver {
  url: string;
  keys: string[];
  firstCall: Promise<void>;
  answerFromNowOn(): void;
  close(): void;
}

/** A webhook receiver that takes calls but leaves them without an answer until it is told to. */
async function slowReceiver(): Promise<Receiver> {
  const keys: string[] = [];
  let answering = false;
  let called: () => void = () => {};
  const firstCall = new Promise<void>((done) => (called = done));
  const server: Server = createServer((req, res) => {
    keys.push(String(req.headers["idempotency-key"]));
    called();
    req.resume();
    if (answering) res.end("thanks");
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    keys,
    firstCall,
    answerFromNowOn: () => (answering = true),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
