import type { Sample } from "../playbook";

/** Announcements to try the desk with: from an open day to a recall. The teams and the facts are made up. */
export const SAMPLES: readonly Sample[] = [
  {
    id: "open-day",
    from: "Events <events@fernhill.example>",
    subject: "Open day in the test greenhouse on 8 May",
    risk: "low",
    tone: "friendly",
    message: `For social media, to everybody. Please publish on 2027-04-12.

- On Saturday, 8 May, from 10 to 16 o'clock, we open our test greenhouse to visitors.
- Our gardeners answer questions about soil and watering.
- Entry is free, and children are welcome.

Thanks, the events team`,
  },
  {
    id: "new-version",
    from: "Product team <product@fernhill.example>",
    subject: "Announcement: Fernhill app 5.3 reads your sensors out loud",
    risk: "low",
    tone: "factual",
    message: `For the newsletter, to customers, on 2027-03-01.

- Version 5.3 of the app gives every button and every reading a name, so that screen readers can say them.
- Whoever wishes gets the readings by e-mail every morning.
- The update is free of charge and comes by itself.
- Internal: the old version stays broken until then, we do not say so.

Product team`,
  },
  {
    id: "price-change",
    from: "Finance <finance@fernhill.example>",
    subject: "Fernhill Plus costs $10.00 a month from June",
    risk: "medium",
    tone: "sober",
    message: `Newsletter to our customers, to go out on 2027-04-20.

- From 1 June 2027 Fernhill Plus costs $10.00 a month instead of $9.00.
- Yearly plans that are already paid run to their end at the old price.
- Everybody can cancel before the change, in the app or by e-mail.

Finance`,
  },
  {
    id: "reseller-terms",
    from: "Partner desk <partners@fernhill.example>",
    subject: "New volume prices for resellers",
    risk: "medium",
    tone: "businesslike",
    message: `For the website, to our partners, from 2027-02-01.

- From 1 February resellers get 20 percent off from sixty sensors, and 15 percent off from thirty.
- Orders placed before that day are delivered at the old prices.
- Not for publication: at 20 percent our margin is 11 percent.

Partner desk`,
  },
  {
    id: "outage-report",
    from: "Operations <ops@fernhill.example>",
    subject: "What happened on Tuesday: sensors offline for six hours",
    risk: "medium",
    tone: "apologetic",
    message: `Please put this on the status page, for customers.

- On Tuesday from 5 to 11 in the morning about a third of all sensors showed "offline".
- An update of ours had used up the storage of the servers that take the readings.
- Irrigation could be started by hand the whole time; the app did not say so.
- Bettina Kraus (b.kraus@gaertnerei-kraus.example, order FH-20540) lost seedlings.
- Since Wednesday an alarm warns us before storage runs out.

Operations`,
  },
  {
    id: "recall",
    from: "Quality <quality@fernhill.example>",
    subject: "Press release: recall of valve boxes sold in March",
    risk: "high",
    tone: "urgent",
    message: `For the press, to everybody, today. The lawyers have read it.

- Please unplug valve boxes with a serial number between VB-3100 and VB-3999 at once.
- Their power supply can overheat. Two boxes did; nobody was injured.
- About 900 boxes were sold in March. The serial number stands on the underside.
- We exchange every one of them free of charge; the app shows whether yours is one of them.

Quality`,
  },
];
