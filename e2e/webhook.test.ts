import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launchBrowser, visit, type Visitor } from "./browser.ts";
import type { Desk } from "./desk.ts";
import { decision, openTask, signIn, submitForm } from "./people.ts";
import { startPrepared } from "./prepared.ts";

const secret = Buffer.from("a secret of thirty-two characters");
interface Call {
  headers: Record<string, string | string[] | undefined>;
  body: string;
}
const calls: Call[] = [];
let status = 500;

let desk: Desk;
let browser: Browser;
let maya: Visitor;
let priya: Visitor;
const receiver = createServer((req, res) => {
  let body = "";
  req.on("data", (chunk: Buffer) => (body += chunk.toString()));
  req.on("end", () => {
    calls.push({ headers: req.headers, body });
    res.writeHead(status).end(status === 200 ? "filed as 77" : "not today");
  });
});

beforeAll(async () => {
  await new Promise<void>((done) => receiver.listen(0, "127.0.0.1", done));
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
  desk = await startPrepared({
    env: { WEBHOOK_URL: url, WEBHOOK_SECRET: `whsec_${secret.toString("base64")}`, PERFORM_BACKOFF_MS: "20", WEBHOOK_ALLOWED_PRIVATE: "127.0.0.1" },
  });
  browser = await launchBrowser();
  [maya, priya] = await Promise.all([visit(browser, desk.url), visit(browser, desk.url)]);
  await signIn(maya.page, "Maya Okafor");
  await signIn(priya.page, "Priya Raman");
});
afterAll(async () => {
  await browser?.close();
  await desk?.stop();
  receiver.close();
});

it("fails visibly after a webhook answered 500 five times, and performs once when it is retried", async () => {
  await submitForm(maya.page, { subject: "Send it on", message: "Please register my sensor M2-778." });
  await openTask(priya.page, "Send it on");
  await decision(priya.page).getByRole("button", { name: "Approve" }).click();
  await maya.page.getByText("Stopped while performing the approved action").first().waitFor({ timeout: 60_000 });
  expect(calls).toHaveLength(5);
  expect(await maya.page.getByRole("list", { name: "Tries" }).getByRole("listitem").count()).toBe(5);

  status = 200;
  const helen = await visit(browser, desk.url + new URL(maya.page.url()).pathname);
  await signIn(helen.page, "Helen Marsh");
  await helen.page.getByRole("button", { name: "Retry from this step" }).click();
  await maya.page.getByText("Done: performed exactly as approved").waitFor();
  await maya.page.getByText("filed as 77").first().waitFor();
  expect(calls).toHaveLength(6);
  await helen.close();
});

it("signs every call as Standard Webhooks says, under one idempotency key", () => {
  for (const { headers, body } of calls) {
    const content = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
    const expected = createHmac("sha256", secret).update(content).digest("base64");
    expect(headers["webhook-signature"]).toBe(`v1,${expected}`);
  }
  expect(new Set(calls.map(({ headers }) => headers["idempotency-key"])).size).toBe(1);
  expect(JSON.parse(calls.at(-1)?.body ?? "")).toMatchObject({
    type: "action.approved",
    data: { playbook: "customerReply", digest: expect.stringMatching(/^[0-9a-f]{64}$/) },
  });
});
