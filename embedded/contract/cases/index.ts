import type { Case } from "../engine.ts";
import { callCases } from "./calls.ts";
import { documentCases } from "./documents.ts";
import { indexCases } from "./indexes.ts";
import { jobCases } from "./jobs.ts";
import { readingCases } from "./reading.ts";
import { transactionCases } from "./transactions.ts";
import { valueCases } from "./values.ts";

/** What functions may rely on, everywhere. */
export const CONTRACT: Case[] = [
  ...valueCases,
  ...documentCases,
  ...indexCases,
  ...transactionCases,
  ...callCases,
  ...jobCases,
  ...readingCases,
];
