import { createHmac } from "node:crypto";
import { afterAll, describe, expect, it } from "vitest";
import { api } from "../fixtures/apps/mail/convex/_generated/api.js";
import { pushedApp, type Target } from "./pushed-app.ts";
import { resendApi, type ResendApi } from "./resend-api.server.ts";
import { serverProcess } from "./server-process.ts";

/** Resend, on a server process whose way out leads to a stand-in of its API. */

const webhookSecret = Buffer.from("a secret of twenty-four!").toString("base64");
let resend: ResendApi;

const app = pushedApp("mail", {
  open: async (dataDir): Promise<Target> => {
    resend = await resendApi();
    return serverProcess(dataDir, resend.env);
  },
  prepare: (app) => app.setVariables({ RESEND_API_KEY: "re_test", RESEND_WEBHOOK_SECRET: `whsec_${webhookSecret}` }),
});
afterAll(() => resend.close());

/** Posts an event as Resend does, signed with `secret`. */
function webhook(event: object, secret = webhookSecret): Promise<Response> {
  const [id, seconds, body] = ["msg_1", String(Math.floor(Date.now() / 1000)), JSON.stringify(event)];
  const signature = createHmac("sha256", Buffer.from(secret, "base64")).update(`${id}.${seconds}.${body}`).digest("base64");
  const headers = { "svix-id": id, "svix-timestamp": seconds, "svix-signature": `v1,${signature}` };
  return fetch(`${app().deployment.siteUrl}/resend-webhook`, { method: "POST", headers, body });
}

describe("resend", () => {
  const send = (to: string, subject: string, idempotencyKey?: string) =>
    app().http.mutation(api.emails.send, { to, subject, ...(idempotencyKey === undefined ? {} : { idempotencyKey }) });
  const status = async (id: string, wanted: string) =>
    app().until(api.emails.status, { id: id as never }, (found) => found?.status === wanted);

  it("K12: emails go out in a batch, once each, after a failure of the API; a canceled one does not", async () => {
    const [first, second, canceled] = [
      await send("delivered@resend.dev", "hello", "order-1"),
      await send("delivered+two@resend.dev", "again"),
      await send("bounced@resend.dev", "never mind"),
    ];
    expect(await send("delivered@resend.dev", "hello", "order-1")).toBe(first);
    await app().http.mutation(api.emails.cancel, { id: canceled as never });
    await expect(send("somebody@example.com", "hello")).rejects.toThrow(/test/i);
    await Promise.all([status(first, "sent"), status(second, "sent")]);
    expect(await status(canceled, "cancelled")).toMatchObject({ status: "cancelled" });
    const [failed, sent, ...more] = resend.seen;
    expect(more).toEqual([]);
    expect(sent).toEqual(failed);
    expect(sent).toMatchObject({ host: "api.resend.com", path: "/emails/batch", authorization: "Bearer re_test", idempotencyKey: first });
    expect(sent!.emails.map(({ to, subject, text }) => [to, subject, text])).toEqual([
      [["delivered@resend.dev"], "hello", "About hello"],
      [["delivered+two@resend.dev"], "again", "About again"],
    ]);

    const event = { type: "email.delivered", created_at: new Date().toISOString(), data: eventData("r-0", "hello") };
    expect((await webhook(event, "bm90IHRoZSBzZWNyZXQ=")).ok).toBe(false);
    expect((await app().http.query(api.emails.status, { id: first as never }))?.status).toBe("sent");
    expect((await webhook(event)).status).toBe(201);
    expect(await status(first, "delivered")).toEqual({ status: "delivered", errorMessage: null });
    expect(await app().until(api.emails.events, { id: first as never }, (events) => events.length > 0)).toEqual(["email.delivered"]);
  });

  it("K12: an email that the API refuses for good is failed with its words", async () => {
    const id = await send("delivered@resend.dev", "refused");
    expect(await status(id, "failed")).toEqual({ status: "failed", errorMessage: expect.stringContaining("status 422") });
  });
});

function eventData(id: string, subject: string): object {
  return { email_id: id, created_at: new Date().toISOString(), from: "desk@resend.dev", to: ["delivered@resend.dev"], subject };
}
