import type { Browser } from "playwright-core";
import { afterEach, beforeAll, afterAll, expect, it } from "vitest";
import { modelServer, type ModelServer, type Turn } from "../convex/testing/openai.server.ts";
import { launchBrowser, visit, type Visitor } from "./browser.ts";
import type { Desk } from "./desk.ts";
import { inLong } from "./in-long.ts";
import { inboxRow, openTask, signIn, submitForm } from "./people.ts";
import { startPrepared } from "./prepared.ts";

const triage: Turn = { text: "A question.", calls: [{ name: "recordTriage", input: { category: "sales", riskScore: 12, reasons: ["nothing at stake"] } }] };
const draft: Turn = {
  text: "I answer.",
  calls: [
    {
      name: "proposeAction",
      input: {
        subject: "Re: Spare probes",
        body: "Dear Nora,\n\nspare probes are in our shop, two for $12.\n\nFernhill customer care",
        resolution: "answer",
        summary: "Answers where to buy probes.",
        reasoning: "The customer asked where to buy.",
        evidence: [{ claim: "She asks for probes", source: "message", quote: "spare probes" }],
      },
    },
  ],
};

let browser: Browser;
let desk: Desk;
let server: ModelServer;
let maya: Visitor;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
});
afterEach(async () => {
  await maya?.close();
  await desk?.stop();
  await server?.close();
});

async function deskWithModel(turns: Turn[], env: Record<string, string> = {}): Promise<void> {
  server = await modelServer(turns);
  desk = await startPrepared({
    env: { OPENAI_API_KEY: "key-of-this-test", OPENAI_BASE_URL: server.baseUrl, OPENAI_MODEL: "test-model", ...env },
  });
  maya = await visit(browser, desk.url);
  await signIn(maya.page, "Maya Okafor");
}

const question = { subject: "Spare probes", message: "Where can I buy spare probes?" };

it("drafts with the model that OPENAI_API_KEY and OPENAI_BASE_URL name, and says so", async () => {
  await deskWithModel([triage, draft]);
  expect(await maya.page.getByText("Template model").count()).toBe(0);
  const priya = await visit(browser, desk.url);
  await signIn(priya.page, "Priya Raman");
  await submitForm(maya.page, question);
  await openTask(priya.page, "Spare probes");
  await priya.page.getByRole("main").getByText("spare probes are in our shop, two for $12.").first().waitFor();
  await priya.close();
});

inLong("shows a failure of the model with its reason, and goes on from that step when a manager retries", async () => {
  await deskWithModel([triage, "hang", draft], { MODEL_TIMEOUT_MS: "2000" });
  await submitForm(maya.page, question);
  await maya.page.getByText("Stopped while drafting").first().waitFor({ timeout: 60_000 });
  await maya.page.getByText(/did not answer within 2 seconds/).first().waitFor();

  const helen = await visit(browser, desk.url + new URL(maya.page.url()).pathname);
  await signIn(helen.page, "Helen Marsh");
  await helen.page.getByRole("button", { name: "Retry from this step" }).click();
  const priya = await visit(browser, desk.url);
  await signIn(priya.page, "Priya Raman");
  await inboxRow(priya.page, "Spare probes").waitFor({ timeout: 60_000 });
  await Promise.all([helen.close(), priya.close()]);
});

it("never lets the key reach a page", async () => {
  await deskWithModel([triage, draft]);
  const seen: string[] = [];
  maya.page.on("websocket", (socket) => socket.on("framereceived", ({ payload }) => seen.push(String(payload))));
  await maya.page.reload();
  await submitForm(maya.page, question);
  await maya.page.getByText("Waiting", { exact: true }).first().waitFor();
  expect(seen.join("")).toContain("Spare probes");
  expect(seen.join("") + desk.output()).not.toContain("key-of-this-test");
});
