// A mail server in the test's own process, for desks that send e-mail.

import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";

/** A message as it arrived: its envelope, and head and body as text. */
export type Arrived = { from: string; to: string[]; text: string };

export interface MailServer {
  /** For `SMTP_URL`. */
  url: string;
  arrived: Arrived[];
  /** How many of the next messages are refused for now, as a busy server does. */
  refuses: number;
  close(): Promise<void>;
}

/** Opens a mail server on a port of the system's choice. */
export async function openMailServer(): Promise<MailServer> {
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS", "AUTH"],
    logger: false,
    onMailFrom: (_address, _session, done) => {
      if (server.refuses <= 0) return done();
      server.refuses -= 1;
      done(Object.assign(new Error("try again later"), { responseCode: 451 }));
    },
    onData: (stream, { envelope }, done) => {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const { mailFrom, rcptTo } = envelope;
        server.arrived.push({
          from: mailFrom === false ? "" : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          text: chunks.map((chunk) => chunk.toString("utf8")).join(""),
        });
        done();
      });
    },
  });
  await new Promise<void>((ready) => smtp.listen(0, "127.0.0.1", ready));
  const { port } = smtp.server.address() as AddressInfo;
  const server: MailServer = {
    url: `smtp://127.0.0.1:${port}`,
    arrived: [],
    refuses: 0,
    close: () => new Promise((done) => smtp.close(() => done())),
  };
  return server;
}

/** The link in a message; quoted-printable breaks long lines with "=". */
export function linkIn({ text }: Arrived): string {
  const plain = text.replace(/=\r?\n/g, "").replaceAll("=3D", "=");
  return /https?:\/\/\S+\/welcome#[A-Za-z0-9_-]{43}/.exec(plain)?.[0] ?? "";
}
