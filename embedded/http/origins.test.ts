import { describe, expect, it } from "vitest";
import { corsHeaders, originRules, refuseHost, refuseOrigin } from "./origins.ts";

const rules = originRules({ hosts: ["Desk.example"], origins: ["http://localhost:5173/"] });

describe("Host", () => {
  it.each(["localhost:3210", "127.0.0.1:3210", "127.8.9.1", "[::1]:3210", "app.localhost:1", "desk.example:80", "LOCALHOST"])(
    "H1: %s is answered",
    (host) => expect(refuseHost({ host }, rules)).toBeNull(),
  );

  it.each([
    "evil.example",
    "evil.example:3210",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "evillocalhost",
    "128.0.0.1",
    "[::2]:1",
    "0.0.0.0:3210",
    "localhost@evil.example",
    "",
    undefined,
  ])("H1: %s is refused", (host) => {
    expect(refuseHost(host === undefined ? {} : { host }, rules)).toMatchObject({ code: "HostNotAllowed" });
  });
});

describe("Origin", () => {
  const host = "127.0.0.1:3210";

  it.each([undefined, "http://localhost:5173", "http://127.0.0.1:3210"])("H2, H3: %s passes", (origin) => {
    expect(refuseOrigin(origin === undefined ? { host } : { host, origin }, rules)).toBeNull();
  });

  it.each([
    "null",
    "",
    "http://evil.example",
    "https://localhost:5173",
    "http://localhost:5174",
    "http://localhost:5173.evil.example",
    "http://127.0.0.1:3211",
  ])("H2: %s is refused", (origin) => {
    expect(refuseOrigin({ host, origin }, rules)).toMatchObject({ code: "OriginNotAllowed" });
  });

  it("H5: CORS headers name the origin that asked and never everybody", () => {
    const headers = corsHeaders({ origin: "http://localhost:5173", "access-control-request-headers": "convex-client" });
    expect(headers).toMatchObject({
      "access-control-allow-origin": "http://localhost:5173",
      "access-control-allow-headers": "convex-client",
      vary: "Origin",
    });
    expect(corsHeaders({})).toEqual({});
  });

  it("an allowed origin that is none is refused in one sentence", () => {
    expect(() => originRules({ origins: ["localhost:5173"] })).toThrow("looks like http://localhost:5173");
  });
});
