// Hashing and comparing at the cost that is in force.

import { cpuUsage } from "node:process";
import { expect, it } from "vitest";
import { arrived, MARIA, PASSWORD, signIn } from "./testing/accounts.helper";
import { allowConsole, type Desk, quiet, refusal } from "./testing/desk.helper";

quiet();

it("a wrong password and an unknown person get the same answer, after the same work", async () => {
  const { desk } = await arrived();
  const time = async (email: string) => {
    const before = cpuUsage();
    const answer = await refusal(signIn(desk, { email, password: "a wrong one entirely" }));
    const { user, system } = cpuUsage(before);
    return { ms: (user + system) / 1_000, answer };
  };
  await time("warm@example.com");
  const known: Awaited<ReturnType<typeof time>>[] = [];
  const unknown: typeof known = [];
  for (const email of ["nobody@example.com", "no address", ""]) {
    known.push(await time(MARIA.email));
    unknown.push(await time(email));
  }
  for (const { answer } of [...known, ...unknown]) expect(answer).toEqual(known[0]?.answer);
  const least = (of: { ms: number }[]) => Math.min(...of.map(({ ms }) => ms));
  // The processor's time, which other work on the machine does not change. The hash takes most of it.
  expect(least(unknown) / least(known)).toBeGreaterThan(0.5);
  expect(least(unknown) / least(known)).toBeLessThan(2);
  allowConsole(/auth:store/);
});

it("P4: a password that was hashed at a lower cost is hashed again at sign-in", async () => {
  const { desk, personId } = await arrived();
  const { scryptSync } = await import("node:crypto");
  const low = scryptSync(PASSWORD, "0123456789abcdef", 32, { N: 2 ** 10, r: 8, p: 1 })
    .toString("base64")
    .replaceAll("=", "");
  const of = (ctx: Parameters<Parameters<Desk["run"]>[0]>[0]) =>
    ctx.db
      .query("credentials")
      .withIndex("by_personId", (q) => q.eq("personId", personId))
      .unique();
  await desk.run(async (ctx) => {
    const row = await of(ctx);
    if (row !== null)
      await ctx.db.patch("credentials", row._id, {
        hash: `$scrypt$ln=10,r=8,p=1$${btoa("0123456789abcdef").replaceAll("=", "")}$${low}`,
      });
  });
  await signIn(desk, { email: MARIA.email, password: PASSWORD });
  expect((await desk.run(of))?.hash).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$/);
  await signIn(desk, { email: MARIA.email, password: PASSWORD });
  allowConsole(/auth:store/);
});
