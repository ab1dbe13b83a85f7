// The demo workspace's customers and orders, which the agents look up for the sample messages. Made up; a desk of one's
// own asks its shop here. Amounts are in cents.

export type Customer = { email: string; name: string; since: string; plan: string };
export type Order = {
  number: string;
  email: string;
  item: string;
  placedOn: string;
  totalCents: number;
  status: string;
  payments: string;
  /** All that was paid for it and not given back. */
  paidCents: number;
  /** Whether a bank dispute over its payment is open. */
  disputed: boolean;
};

const CUSTOMERS: readonly Customer[] = [
  { email: "dana.whitfield@example.com", name: "Dana Whitfield", since: "2023", plan: "Fernhill Plus, monthly" },
  { email: "rob.castellano@example.net", name: "Rob Castellano", since: "2024", plan: "no subscription" },
  { email: "henrik.aalto@example.net", name: "Henrik Aalto", since: "2022", plan: "no subscription" },
  { email: "mei.tanaka@example.org", name: "Mei Tanaka", since: "2025", plan: "no subscription" },
  { email: "gordon.pryce@example.com", name: "Gordon Pryce", since: "2021", plan: "Fernhill Plus, yearly" },
  { email: "tamsin.ode@example.org", name: "Tamsin Ode", since: "2022", plan: "Fernhill Plus, yearly" },
  { email: "lukas.brenner@example.net", name: "Lukas Brenner", since: "2020", plan: "canceled last spring" },
  {
    email: "p.nwosu@example.com",
    name: "Priscilla Nwosu",
    since: "2025",
    plan: "Fernhill Plus, yearly (from a trial)",
  },
  { email: "andres.molina@example.es", name: "Andrés Molina", since: "2025", plan: "no subscription" },
  { email: "b.kraus@gaertnerei-kraus.example", name: "Bettina Kraus", since: "2021", plan: "Business, 140 sensors" },
  { email: "ines.duarte@example.pt", name: "Inês Duarte", since: "2024", plan: "seed subscription" },
  { email: "owen.fraser@example.com", name: "Owen Fraser", since: "2025", plan: "no subscription" },
  { email: "joyce.adeyemi@example.org", name: "Joyce Adeyemi", since: "2022", plan: "Fernhill Plus, yearly" },
  {
    email: "hannah.lindqvist@lindqvist-garden.example",
    name: "Hannah Lindqvist",
    since: "2021",
    plan: "Business, 60 sensors",
  },
  { email: "nadia.karim@example.com", name: "Nadia Karim", since: "2024", plan: "no subscription" },
  { email: "victor.hale@example.net", name: "Victor Hale", since: "2026", plan: "no subscription" },
];

const ORDERS: readonly Order[] = [
  {
    number: "FH-20418",
    email: "dana.whitfield@example.com",
    item: "Fernhill Plus, one month",
    placedOn: "on the 3rd",
    totalCents: 900,
    status: "active",
    payments: "two payments of $9.00 on the 3rd, four minutes apart",
    paidCents: 1800,
    disputed: false,
  },
  {
    number: "FH-20377",
    email: "rob.castellano@example.net",
    item: "sensor set of three",
    placedOn: "seven weeks ago",
    totalCents: 6490,
    status: "delivered six weeks ago",
    payments: "one payment of $64.90",
    paidCents: 6490,
    disputed: false,
  },
  {
    number: "FH-20290",
    email: "henrik.aalto@example.net",
    item: "nine sensors",
    placedOn: "fourteen months ago",
    totalCents: 17910,
    status: "delivered",
    payments: "one payment of $179.10",
    paidCents: 17910,
    disputed: false,
  },
  {
    number: "FH-20455",
    email: "mei.tanaka@example.org",
    item: "starter kit",
    placedOn: "last week",
    totalCents: 4950,
    status: "delivered five days ago",
    payments: "one payment of $49.50",
    paidCents: 4950,
    disputed: false,
  },
  {
    number: "FH-20401",
    email: "p.nwosu@example.com",
    item: "Fernhill Plus, one year",
    placedOn: "eighteen days ago",
    totalCents: 12900,
    status: "active, renewed from a 14-day trial",
    payments: "one payment of $129.00, disputed at the bank",
    paidCents: 12900,
    disputed: true,
  },
  {
    number: "FH-20462",
    email: "andres.molina@example.es",
    item: "children's planting box",
    placedOn: "eight days ago",
    totalCents: 3200,
    status: "carrier says: delivered to neighbour on Tuesday",
    payments: "one payment of $32.00",
    paidCents: 3200,
    disputed: false,
  },
  {
    number: "FH-20501",
    email: "ines.duarte@example.pt",
    item: "seed subscription box for April",
    placedOn: "four weeks ago",
    totalCents: 2400,
    status: "delivered yesterday, nine days late",
    payments: "one payment of $24.00",
    paidCents: 2400,
    disputed: false,
  },
  {
    number: "FH-20517",
    email: "owen.fraser@example.com",
    item: "two soil sensors",
    placedOn: "three weeks ago",
    totalCents: 8900,
    status: "delivered two weeks ago",
    payments: "one payment of $89.00",
    paidCents: 8900,
    disputed: false,
  },
  {
    number: "FH-20524",
    email: "joyce.adeyemi@example.org",
    item: "watering valve with box",
    placedOn: "five weeks ago",
    totalCents: 18000,
    status: "delivered four weeks ago",
    payments: "one payment of $180.00",
    paidCents: 18000,
    disputed: false,
  },
  {
    number: "FH-20533",
    email: "hannah.lindqvist@lindqvist-garden.example",
    item: "Fernhill Business, one year",
    placedOn: "on the 1st",
    totalCents: 64000,
    status: "active",
    payments: "two payments of $640.00, on the 1st and on the 2nd",
    paidCents: 128000,
    disputed: false,
  },
  {
    number: "FH-20540",
    email: "b.kraus@gaertnerei-kraus.example",
    item: "forty greenhouse sensors with gateway",
    placedOn: "seven weeks ago",
    totalCents: 240000,
    status: "delivered last week, three weeks late, box unopened",
    payments: "one payment of $2,400.00",
    paidCents: 240000,
    disputed: false,
  },
  {
    number: "FH-20551",
    email: "nadia.karim@example.com",
    item: "rain gauge",
    placedOn: "five weeks ago",
    totalCents: 5800,
    status: "delivered a month ago",
    payments: "one payment of $58.00",
    paidCents: 5800,
    disputed: false,
  },
  {
    number: "FH-20556",
    email: "nadia.karim@example.com",
    item: "soil sensor with display",
    placedOn: "three weeks ago",
    totalCents: 7200,
    status: "delivered two weeks ago",
    payments: "one payment of $72.00",
    paidCents: 7200,
    disputed: false,
  },
  {
    number: "FH-20548",
    email: "victor.hale@example.net",
    item: "starter kit and six sensors",
    placedOn: "two weeks ago",
    totalCents: 31000,
    status: "delivered a week ago",
    payments: "one payment of $310.00",
    paidCents: 31000,
    disputed: false,
  },
];

/** The customer with an address, or null. */
export function findCustomer(email: string): Customer | null {
  return CUSTOMERS.find((customer) => customer.email === email) ?? null;
}

/** The orders that belong to an address, oldest first. */
export function ordersOf(email: string): Order[] {
  return ORDERS.filter((order) => order.email === email);
}

/** An order by its number, only where it belongs to the address: a message is no proof for anybody else's order. */
export function findOrder(email: string, number: string): Order | null {
  return ORDERS.find((order) => order.number === number.toUpperCase() && order.email === email) ?? null;
}
