/**
 * Whether a request is drawn into a sample of `percent` (0 to 100). The same request and rule always give the same answer, so
 * that nobody can try again; over many requests the share comes to `percent`. The draw is FNV-1a (32 bit) of both ids,
 * mixed by the finalizer of MurmurHash3, because neighbouring ids must not fall together.
 */
export function isSampled(requestId: string, ruleId: string, percent: number): boolean {
  return (mixed(fnv1a(`${ruleId}\u0000${requestId}`)) / 2 ** 32) * 100 < percent;
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash;
}

function mixed(hash: number): number {
  let h = hash;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
