import { auditText } from "@convex/shared/audit/event";
import { expect, it } from "vitest";
import { commentText } from "./comments";

it.each(["Please call her first.", " two\nlines ", "commented: twice"])(
  "gives the words of a comment back: %j",
  (text) => {
    expect(commentText(auditText({ kind: "commented", text }))).toBe(text);
  },
);
