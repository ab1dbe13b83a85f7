// What files are called. Rule A3 in README.md.

import * as fc from "fast-check";
import { expect, it } from "vitest";
import { ATTACHMENT_NAME_MAX, attachmentName } from "./attachments";

it.each([
  ["receipt.pdf", "receipt.pdf"],
  ["  Rechnung – März 2026 (1).pdf ", "Rechnung – März 2026 (1).pdf"],
  ["invoice\u202efdp.exe", "invoice_fdp.exe"],
  ["../../etc/passwd", ".._.._etc_passwd"],
  ["C:\\temp\\a.txt", "C:_temp_a.txt"],
  ["line\r\nend\u0000.txt", "line__end_.txt"],
  ["\ud800.txt", "_.txt"],
  ["", "file"],
  [" .. ", "file"],
  [`${"long ".repeat(60)}.xlsx`, `${"long ".repeat(23)}.xlsx`],
  ["🙂".repeat(200), "🙂".repeat(60)],
])("A3: %j is kept as %j", (given, kept) => {
  expect(attachmentName(given)).toBe(kept);
});

it("A3: every name is short, whole and of one line, and keeps its own name", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 300 }), (given) => {
      const name = attachmentName(given);
      expect(name.length).toBeGreaterThan(0);
      expect(name.length).toBeLessThanOrEqual(ATTACHMENT_NAME_MAX);
      expect(name.isWellFormed()).toBe(true);
      expect(name).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}/\\]/u);
      expect(attachmentName(name)).toBe(name);
    }),
  );
});
