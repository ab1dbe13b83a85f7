import { ConvexError } from "convex/values";
import { describe, expect, it } from "vitest";
import { explain } from "./errors";

describe("explain", () => {
  it("keeps the desk's own words, and its details for what the screen offers next", () => {
    const message = "Tom Hallberg has already rejected this. Your decision was not taken; the first one stands.";
    const found = explain(new ConvexError({ code: "alreadyDecided", message, winner: "Tom Hallberg" }));
    expect(found).toMatchObject({ title: "Somebody was first", message, desk: { winner: "Tom Hallberg" } });
  });

  it("describes a bug without its internals, but with the id that the server's log holds", () => {
    const found = explain(
      new Error("[CONVEX M(decisions:decide)] [Request ID: 1570724a42678f53] Server Error\nUncaught Error: secret"),
    );
    expect(found.desk).toBeNull();
    expect(found.message).toMatch(/Request ID 1570724a42678f53/);
    expect(found.message).not.toMatch(/secret|decisions/);
  });

  it("says that it is unknown what became of a call whose connection was lost", () => {
    expect(explain(new TypeError("Failed to fetch")).message).toMatch(/unknown whether this was done/);
    expect(explain(new Error("Connection lost while action was in flight")).title).toBe("The connection was lost");
  });

  it.each([[null], [undefined], ["text"], [new ConvexError("not the desk's")], [{}]])(
    "has words for anything thrown: %j",
    (thrown) => {
      expect(explain(thrown)).toMatchObject({ title: "That did not work", desk: null });
    },
  );
});
