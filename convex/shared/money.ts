const money = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" });

/** An amount of cents as the desk's playbooks mean it: US dollars. */
export function dollars(cents: number): string {
  return money.format(cents / 100);
}

/** Cents of an amount as people type it ("64.90", "$1,234.50", "12"), or null for what is none or could be two. */
export function centsIn(text: string): number | null {
  const amount = /^\$?\s*(\d+|\d{1,3}(?:,\d{3})+)(?:\.(\d{1,2}))?$/.exec(text.trim());
  if (amount === null) return null;
  const cents = Number(amount[1]?.replaceAll(",", "")) * 100 + Number((amount[2] ?? "").padEnd(2, "0"));
  return Number.isSafeInteger(cents) ? cents : null;
}
