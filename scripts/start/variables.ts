import { generateKeyPairSync } from "node:crypto";

/** Variables of the person's shell that the desk's functions read, passed on to the deployment when they are set. */
export const passedOn = [
  "OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_MODEL", "WEBHOOK_URL", "WEBHOOK_SECRET",
  "OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "OIDC_NAME", "OIDC_DOMAINS", "SMTP_URL", "MAIL_FROM",
  "MODEL_TIMEOUT_MS", "TEMPLATE_DELAY_MS", "UNDO_WINDOW_MS", "WEBHOOK_TIMEOUT_MS", "PERFORM_BACKOFF_MS",
  "WEBHOOK_ALLOWED_PRIVATE", "AUDIT_WEBHOOK_URL", "AUDIT_WEBHOOK_SECRET", "AUDIT_FILE",
] as const;

/**
 * The signing keys that @convex-dev/auth reads from the deployment's variables: a fresh RS256 pair, the private key as
 * PKCS8 with blanks for line ends, the public one as a key set.
 */
export function signingKeys(): { JWT_PRIVATE_KEY: string; JWKS: string } {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return {
    JWT_PRIVATE_KEY: privateKey.export({ type: "pkcs8", format: "pem" }).toString().trimEnd().replaceAll("\n", " "),
    JWKS: JSON.stringify({ keys: [{ use: "sig", ...publicKey.export({ format: "jwk" }) }] }),
  };
}

/** The key that signs checkpoints and exports of the history: a fresh Ed25519 key as base64 of its PKCS8 form. */
export function auditKey(): { AUDIT_SIGNING_KEY: string } {
  const { privateKey } = generateKeyPairSync("ed25519");
  return { AUDIT_SIGNING_KEY: privateKey.export({ type: "pkcs8", format: "der" }).toString("base64") };
}

/** The text of a .env file that `convex env set --force` reads from its standard input. */
export function dotenvText(variables: Record<string, string>): string {
  return Object.entries(variables)
    .map(([name, value]) => `${name}=${quoted(value)}\n`)
    .join("");
}

/** Single quotes keep everything as it is in a .env file, so only a value that holds one itself needs other quotes. */
function quoted(value: string): string {
  for (const quote of ["'", "`"]) if (!value.includes(quote)) return `${quote}${value}${quote}`;
  return JSON.stringify(value);
}
