// The stored form of a password (rule P4 in README.md). It says how it was made, so that the cost can be raised.

/** scrypt's cost: N = 2^ln, block size r, parallelism p; it takes 128·N·r bytes of memory (RFC 7914, 2). */
export type Cost = { ln: number; r: number; p: number };
export type StoredHash = Cost & { salt: string; key: string };

/** 32 MB and about a quarter of a second: one of the settings that OWASP's Password Storage Cheat Sheet holds equal. */
export const COST: Cost = { ln: 15, r: 8, p: 3 };
/** Bytes. */
export const SALT_LENGTH = 16;
/** Bytes. */
export const KEY_LENGTH = 32;

const STORED = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/;

/** The stored text of a hash; salt and key in base64 without padding. */
export function hashText({ ln, r, p, salt, key }: StoredHash): string {
  return `$scrypt$ln=${ln},r=${r},p=${p}$${salt}$${key}`;
}

/** Reads a stored text. Throws Error for one that is none: then the table was changed by hand. */
export function readHash(text: string): StoredHash {
  const [, ln, r, p, salt, key] = STORED.exec(text) ?? [];
  if (salt === undefined || key === undefined) throw new Error("A stored password cannot be read.");
  return { ln: Number(ln), r: Number(r), p: Number(p), salt, key };
}

/** Whether a password that was hashed at `cost` is to be hashed again: one of the numbers is lower than today's. */
export function isOutdated({ ln, r, p }: Cost): boolean {
  return ln < COST.ln || r < COST.r || p < COST.p;
}
