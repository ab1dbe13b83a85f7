const money = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" });

/** An amount of cents as the desk's playbooks mean it: US dollars. */
export function dollars(cents: number): string {
  return money.format(cents / 100);
}
