"use node";
// Sending e-mail by SMTP. `SMTP_URL` names the server (smtps://user:password@mail.example.com), `MAIL_FROM` the sender.

import { v } from "convex/values";
import { createTransport } from "nodemailer";
import { internal } from "./_generated/api";
import { internalAction } from "./functions";
import { linkAddress, newToken, tokenHash } from "./shared/account/links";
import { linkMail } from "./shared/account/mails";

/** How long the mail server may take for one step, ms. */
const PATIENCE_MS = 20_000;

/** One try to send a link's e-mail, with a token made for it. A try that fails plans the next one. */
export const sendLink = internalAction({
  args: { linkId: v.id("links"), attempt: v.number() },
  returns: v.null(),
  handler: async (ctx, { linkId, attempt }) => {
    const token = newToken();
    const hash = await tokenHash(token);
    const mail = await ctx.runMutation(internal.accounts.mailOf, { linkId, hash });
    if (mail === null) return null;
    try {
      const address = linkAddress(process.env.SITE_URL ?? "", token);
      await send({ to: mail.to, ...linkMail(mail.kind, mail.name, address) });
    } catch {
      // What the server answered may name the address: it is not logged. The history says when all tries have failed.
      await ctx.runMutation(internal.accounts.mailAgain, { linkId, attempt });
    }
    return null;
  },
});

async function send({ to, subject, text }: { to: string; subject: string; text: string }): Promise<void> {
  const transport = createTransport({
    url: process.env.SMTP_URL,
    connectionTimeout: PATIENCE_MS,
    greetingTimeout: PATIENCE_MS,
    socketTimeout: PATIENCE_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    await transport.sendMail({ from: process.env.MAIL_FROM, to, subject, text });
  } finally {
    transport.close();
  }
}
