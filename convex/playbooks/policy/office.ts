import type { Policy } from "../../shared/policy/types";

const DAY = [
  { from: "09:00", to: "12:30" },
  { from: "13:30", to: "17:30" },
];

/** Office hours from Monday to Friday, without holidays: an admin puts in those of their country. */
export const OFFICE: Policy["calendar"] = {
  timeZone: "Europe/Berlin",
  workingHours: { monday: DAY, tuesday: DAY, wednesday: DAY, thursday: DAY, friday: DAY, saturday: [], sunday: [] },
  holidays: [],
};

/** Nobody approves what they asked for, what they edited, or a second time in a later stage. */
export const FOUR_EYES = { requester: true, editor: true, oncePerRequest: true };
