import { expect, it } from "vitest";
import { siteOf } from "./dashboard.ts";

it.each([
  ["http://127.0.0.1:3211", {}, "http://127.0.0.1:3212"],
  ["https://happy-otter-123.convex.cloud", {}, "https://happy-otter-123.convex.site"],
  ["https://desk.example.com", {}, "https://desk.example.com"],
  ["https://desk.example.com", { CONVEX_SITE_ORIGIN: "https://site.example.com/" }, "https://site.example.com"],
])("the dashboard of a deployment at %s with %j may download from %s", (url, env, site) => {
  expect(siteOf(url, env)).toBe(site);
});
