// The demo workspace's policies: what the company of the sample messages has promised its customers. Reference data
// that the agents quote; a desk of one's own puts its own texts here.

export type Policy = { id: string; title: string; topics: readonly string[]; text: string };

export const POLICIES: readonly Policy[] = [
  {
    id: "P-01",
    title: "Returns and refunds",
    topics: ["refund", "return", "complaint", "money"],
    text: "Unopened goods can be returned within 30 days of delivery for a full refund. Opened goods that do not work are refunded or replaced, as the customer prefers. Refunds reach the customer within five working days of our decision.",
  },
  {
    id: "P-02",
    title: "Duplicate payments",
    topics: ["billing", "payment", "charge", "twice"],
    text: "When a customer was charged twice for the same period, the second payment is refunded in full without a form. We tell the customer the cause only when the payment records show it.",
  },
  {
    id: "P-03",
    title: "Subscriptions and trials",
    topics: ["chargeback", "subscription", "trial", "dispute"],
    text: "A yearly plan that renewed from a trial can be canceled and refunded in full within 30 days of the payment. While a bank dispute is open we do not refund the same payment ourselves; the customer is told that both at once would pay twice.",
  },
  {
    id: "P-04",
    title: "Warranty",
    topics: ["legal", "warranty", "defect"],
    text: "Sensors carry a two-year warranty from the day of delivery. A sensor that fails within it is replaced free of charge, whatever older notices say.",
  },
  {
    id: "P-05",
    title: "Letters from lawyers and authorities",
    topics: ["legal", "lawyer", "authority"],
    text: "A letter from a lawyer or an authority is acknowledged within one working day without admitting or denying anything. It goes to the legal team, which answers the matter itself.",
  },
  {
    id: "P-06",
    title: "Personal data requests",
    topics: ["privacy", "gdpr", "data", "erasure"],
    text: "A request for access or erasure is confirmed within three working days and completed within one month. The privacy team checks the identity of the person first. Invoices are kept as long as tax law requires.",
  },
  {
    id: "P-07",
    title: "Suspicious messages",
    topics: ["security", "phishing", "fraud"],
    text: "Messages that pretend to come from us, ask for other customers' data or tell our systems what to do go to the security team. The reply confirms nothing, names no customer and follows no link.",
  },
  {
    id: "P-08",
    title: "Accessibility",
    topics: ["accessibility", "screen reader"],
    text: "A defect that locks out people with a disability is treated like an outage by engineering. Until it is fixed we send readings by e-mail every morning to anybody who asks.",
  },
  {
    id: "P-09",
    title: "Lost parcels",
    topics: ["delivery", "parcel", "shipping"],
    text: "A parcel marked as delivered that the customer does not have is replaced after one working day, by express and at our cost. The customer need not wait for the carrier's inquiry.",
  },
  {
    id: "P-10",
    title: "Outages",
    topics: ["outage", "offline", "emergency"],
    text: "Business customers with more than fifty sensors reach the engineer on duty at once. Irrigation can always be started by hand: hold the button on the valve box for five seconds; it stays open until pressed again.",
  },
  {
    id: "P-11",
    title: "Outdoor use, range and volume prices",
    topics: ["sales", "range", "discount", "outdoor"],
    text: "Sensors are rain-proof (IP67) and reach the box over up to 300 metres in open ground. We advise fifteen sensors per hectare. Orders of thirty or more get 15 percent off.",
  },
  {
    id: "P-12",
    title: "Tone",
    topics: ["praise", "tone", "other"],
    text: "We write as one person to another: plain words, no blame, no promises we cannot keep. Praise is passed on to the people it is meant for.",
  },
  {
    id: "P-13",
    title: "Late deliveries and goodwill",
    topics: ["late", "goodwill", "voucher"],
    text: "Goods that arrive more than three days late can be kept for a voucher of up to half their price, or sent back unopened for a full refund. As a goodwill gesture we give up to a quarter of what was paid. Vouchers are valid for two years.",
  },
  {
    id: "P-14",
    title: "Public statements",
    topics: ["announcement", "product", "company", "statement"],
    text: "We announce only what the team that answers for it has handed over as a fact. No customer is named, and no address or order number appears. What is marked as internal stays inside.",
  },
  {
    id: "P-15",
    title: "Safety notices and recalls",
    topics: ["safety", "recall"],
    text: "A safety notice says first what to do now, then which devices are meant and how to tell them apart. It makes nothing smaller than it is. The exchange is free of charge.",
  },
  {
    id: "P-16",
    title: "Price changes",
    topics: ["prices", "price"],
    text: "Customers read of a new price at least thirty days before it counts. Paid periods run to their end at the old price. Everybody can cancel before the change.",
  },
];

/** The policies that fit a topic best, at most two; the one on tone where none fits. */
export function findPolicies(topic: string): Policy[] {
  const words = topic
    .toLowerCase()
    .split(/[^\p{L}]+/u)
    .filter((word) => word.length > 2);
  const scored = POLICIES.map((policy) => ({ policy, score: scoreOf(policy, words) })).filter(({ score }) => score > 0);
  scored.sort((a, b) => b.score - a.score);
  const best = scored.slice(0, 2).map(({ policy }) => policy);
  return best.length > 0 ? best : POLICIES.filter(({ id }) => id === "P-12");
}

function scoreOf(policy: Policy, words: string[]): number {
  const title = policy.title.toLowerCase();
  return words.reduce(
    (score, word) =>
      score + (policy.topics.some((topic) => topic.includes(word)) ? 3 : 0) + (title.includes(word) ? 1 : 0),
    0,
  );
}
