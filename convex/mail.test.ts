// E-mails with links, sent to a real mail server.

import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { api } from "./_generated/api";
import { arrived, cheapHashes, deskOf, MARIA, PASSWORD, signIn, tokenOf } from "./testing/accounts.helper";
import { allowConsole, type Desk, latestEvents, quietWithFakeTimers, refusal, setVariable } from "./testing/desk.helper";
import { linkIn, type MailServer, openMailServer } from "./testing/mail.server";

quietWithFakeTimers();
cheapHashes();

let server: MailServer;
beforeEach(async () => {
  // The mail server and its client live in real time; only what the desk plans does not.
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"], shouldAdvanceTime: true });
  server = await openMailServer();
  await setVariable("SMTP_URL", server.url);
  await setVariable("MAIL_FROM", "Approval desk <desk@example.com>");
});
afterEach(async () => {
  await server.close();
});

/** Lets what is planned within `ms`, and a moment more, happen, and the mail that is on its way arrive: that is in no hurry. */
async function pass(desk: Desk, ms: number): Promise<void> {
  for (let left = ms + 10; left > 0; left -= 60_000) {
    await vi.advanceTimersByTimeAsync(Math.min(left, 60_000));
    await desk.finishInProgressScheduledFunctions();
  }
}

it("an invitation goes out by e-mail; its link and the admin's are the same invitation, used once", async () => {
  const { desk, samira } = await deskOf();
  const { link, mailed } = await samira.action(api.accounts.invite, MARIA);
  expect(mailed).toBe(true);
  await pass(desk, 10);
  expect(server.arrived).toHaveLength(1);
  const [mail] = server.arrived;
  expect(mail).toMatchObject({ from: "desk@example.com", to: [MARIA.email] });
  expect(mail?.text).toContain("Subject: You are invited to the approval desk");
  const sent = linkIn(mail ?? { from: "", to: [], text: "" });
  expect(sent).toMatch(/^https:\/\/desk\.example\.com\/welcome#/);
  expect(sent).not.toBe(link);
  await signIn(desk, { token: tokenOf(sent), password: PASSWORD });
  expect(await refusal(signIn(desk, { token: tokenOf(link), password: PASSWORD }))).toMatchObject({ code: "linkUsed" });
  allowConsole(/auth:store/);
});

it("a mail server that is busy is tried again later, and the last try's link counts", async () => {
  const { desk, samira } = await deskOf();
  server.refuses = 2;
  await samira.action(api.accounts.invite, MARIA);
  await pass(desk, 10);
  await pass(desk, 5_000);
  expect(server.arrived).toHaveLength(0);
  await pass(desk, 60_000);
  expect(server.arrived.map(linkIn)).toEqual([expect.stringContaining("/welcome#")]);
  await signIn(desk, { token: tokenOf(server.arrived.map(linkIn)[0] ?? ""), password: PASSWORD });
  allowConsole(/auth:store/);
});

it("gives up after four tries, and the history says so", async () => {
  const { desk, samira } = await deskOf();
  server.refuses = 10;
  await samira.action(api.accounts.invite, MARIA);
  for (const wait of [10, 5_000, 60_000, 600_000, 3_600_000]) await pass(desk, wait);
  expect(server.refuses).toBe(6);
  const [last] = (await latestEvents(samira));
  expect(last?.text).toBe("could not send an invitation to Maria Lopez by e-mail");
});

it("a forgotten password is replaced by the link in the mail; nobody else gets one", async () => {
  const { desk } = await arrived();
  await pass(desk, 10);
  server.arrived.length = 0;
  for (const email of ["nobody@example.com", " MARIA@example.com "]) {
    await desk.mutation(api.accounts.requestReset, { email });
    await pass(desk, 10);
    await pass(desk, 10);
  }
  expect(server.arrived.map(({ to }) => to)).toEqual([[MARIA.email]]);
  await signIn(desk, { token: tokenOf(server.arrived.map(linkIn)[0] ?? ""), password: "another quiet morning" });
  await signIn(desk, { email: MARIA.email, password: "another quiet morning" });
  allowConsole(/auth:store/);
});
