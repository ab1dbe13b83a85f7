import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Absence, ABSENCES_MAX, checkAbsences, DELEGATES_MAX, resolveDelegate } from "./absence";

const everybody = () => true;

function away(personId: string, delegateId: string | null, from = 100, until = 200): Absence {
  return { personId, from, until, delegateId };
}

/** p0 delegates to p1, p1 to p2 and so on, over `length` delegates; the last of them is there. */
function chain(length: number): Absence[] {
  return Array.from({ length }, (_, index) => away(`p${index}`, `p${index + 1}`));
}

describe("resolveDelegate", () => {
  it("somebody who is not away acts for themselves", () => {
    const absences = [away("ana", "ben")];
    for (const atMs of [99, 200]) {
      expect(resolveDelegate("ana", atMs, absences, everybody)).toEqual({ kind: "present", personId: "ana", via: [] });
    }
  });

  it("an absence counts from its start until, and not at, its end", () => {
    for (const atMs of [100, 199]) {
      expect(resolveDelegate("ana", atMs, [away("ana", "ben")], everybody)).toEqual({
        kind: "present",
        personId: "ben",
        via: ["ana"],
      });
    }
  });

  it("chains are followed to who is there", () => {
    const absences = [away("ana", "ben"), away("ben", "eve"), away("eve", "ida", 150, 160)];
    expect(resolveDelegate("ana", 149, absences, everybody)).toEqual({
      kind: "present",
      personId: "eve",
      via: ["ana", "ben"],
    });
    expect(resolveDelegate("ana", 150, absences, everybody)).toMatchObject({
      personId: "ida",
      via: ["ana", "ben", "eve"],
    });
  });

  it("nobody is there where the last one away has no delegate", () => {
    const absences = [away("ana", "ben"), away("ben", null)];
    expect(resolveDelegate("ana", 150, absences, everybody)).toEqual({ kind: "absent", via: ["ana", "ben"] });
  });

  it("a delegate who no longer works here ends the chain, whoever acted for them", () => {
    const absences = [away("ana", "ben"), away("ben", "eve")];
    const without = (gone: string) => (personId: string) => personId !== gone;
    expect(resolveDelegate("ana", 150, absences, without("ben"))).toEqual({ kind: "absent", via: ["ana", "ben"] });
    expect(resolveDelegate("ana", 150, absences, without("eve"))).toEqual({
      kind: "absent",
      via: ["ana", "ben", "eve"],
    });
    expect(resolveDelegate("ana", 150, [], without("ana"))).toEqual({ kind: "absent", via: ["ana"] });
  });

  it("a loop stops, and says who came up twice", () => {
    const absences = [away("ana", "ben"), away("ben", "eve"), away("eve", "ben")];
    expect(resolveDelegate("ana", 150, absences, everybody)).toEqual({
      kind: "loop",
      via: ["ana", "ben", "eve", "ben"],
    });
    expect(resolveDelegate("ana", 150, [away("ana", "ana")], everybody)).toEqual({ kind: "loop", via: ["ana", "ana"] });
  });

  it("ten delegates are followed, and not one more", () => {
    const last = `p${DELEGATES_MAX}`;
    expect(resolveDelegate("p0", 150, chain(DELEGATES_MAX), everybody)).toMatchObject({
      kind: "present",
      personId: last,
    });
    expect(resolveDelegate("p0", 150, chain(DELEGATES_MAX + 1), everybody)).toMatchObject({ kind: "absent" });
  });
});

describe("checkAbsences", () => {
  it("absences one after the other, and delegates who are there or followed, are accepted", () => {
    const absences = [
      away("ana", "ben", 100, 200),
      away("ana", null, 200, 300),
      away("ben", "eve", 150, 160),
      ...chain(DELEGATES_MAX),
    ];
    expect(checkAbsences(absences)).toEqual([]);
  });

  it("a circle of absences that are never all at the same time is none", () => {
    expect(checkAbsences([away("ana", "ben", 100, 200), away("ben", "ana", 200, 300)])).toEqual([]);
    const pairwise = [
      away("ana", "ben", 0, 20),
      away("ben", "eve", 15, 40),
      away("eve", "ana", 30, 50),
      away("ana", null, 45, 60),
    ];
    expect(checkAbsences(pairwise)).toEqual([]);
  });

  it.each<[string, Absence[], string, RegExp]>([
    ["an end at the start", [away("ana", null, 100, 100)], "absences[0].until", /ANA must end after it starts/],
    ["an end before the start", [away("ana", null, 200, 100)], "absences[0].until", /end after/],
    ["an end that is no instant", [away("ana", null, 100, Number.NaN)], "absences[0].until", /end after/],
    ["an absence without end", [away("ana", null, 100, Number.POSITIVE_INFINITY)], "absences[0].until", /end after/],
    [
      "overlapping absences of a person",
      [away("ana", null), away("ana", null, 199, 300)],
      "absences[1].from",
      /ANA is already away.*absences\[0\]/,
    ],
    ["delegating to oneself", [away("ana", "ana")], "absences[0].delegateId", /ANA cannot be their own delegate/],
    [
      "two who delegate to each other",
      [away("ana", "ben", 150, 300), away("ben", "ana")],
      "absences[0].delegateId",
      /circle: ANA, BEN, ANA/,
    ],
    [
      "the same, starting together",
      [away("ana", "ben"), away("ben", "ana")],
      "absences[1].delegateId",
      /circle: BEN, ANA, BEN/,
    ],
    [
      "a circle of three, with somebody outside leading into it",
      [away("ida", "ana", 150), away("ana", "ben"), away("ben", "eve", 120), away("eve", "ana", 110)],
      "absences[2].delegateId",
      /circle: BEN, EVE, ANA, BEN/,
    ],
    ["a chain of eleven", chain(DELEGATES_MAX + 1), "absences[0].delegateId", /More than 10 delegates/],
    [
      "too many absences",
      Array.from({ length: ABSENCES_MAX + 1 }, () => away("ana", "ana")),
      "absences",
      /at most 1000 absences/,
    ],
  ])("%s: refused once, with field and reason", (_, absences, field, reason) => {
    const problems = checkAbsences(absences, (personId) => personId.toUpperCase());
    expect(problems).toEqual([{ field, reason: expect.stringMatching(reason) }]);
  });
});

describe("for every list of absences", () => {
  const people = ["ana", "ben", "eve", "ida", "leo"];
  const aPerson = fc.constantFrom(...people);
  const someAbsences = fc.array(
    fc
      .record({
        personId: aPerson,
        from: fc.integer({ min: 0, max: 20 }),
        days: fc.integer({ min: 1, max: 10 }),
        delegateId: fc.option(aPerson),
      })
      .map(({ days, ...absence }): Absence => ({ ...absence, until: absence.from + days })),
    { maxLength: 8 },
  );
  const isAway = (personId: string, atMs: number, absences: readonly Absence[]) =>
    absences.some((absence) => absence.personId === personId && absence.from <= atMs && atMs < absence.until);

  it("resolveDelegate ends, with somebody who is there and works here, with nobody, or with a loop", () => {
    fc.assert(
      fc.property(
        someAbsences,
        aPerson,
        fc.integer({ min: 0, max: 30 }),
        fc.subarray(people),
        (absences, personId, atMs, gone) => {
          const result = resolveDelegate(personId, atMs, absences, (id) => !gone.includes(id));
          const passed = result.kind === "loop" ? result.via.slice(0, -1) : result.via;
          expect(new Set(passed).size).toBe(passed.length);
          for (const id of passed) expect(isAway(id, atMs, absences) || gone.includes(id)).toBe(true);
          if (result.kind === "present") {
            expect(isAway(result.personId, atMs, absences) || gone.includes(result.personId)).toBe(false);
          } else if (result.kind === "loop") expect(passed).toContain(result.via.at(-1));
          else expect(passed.length).toBeGreaterThan(0);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("what checkAbsences accepts never loops, at any time and for anybody", () => {
    const accepted = someAbsences.filter((absences) => checkAbsences(absences).length === 0);
    fc.assert(
      fc.property(accepted, (absences) => {
        for (const { from } of absences) {
          for (const personId of people)
            expect(resolveDelegate(personId, from, absences, everybody).kind).not.toBe("loop");
        }
      }),
      { numRuns: 200 },
    );
  });

  it("what checkAbsences refuses for a circle alone does loop", () => {
    fc.assert(
      fc.property(someAbsences, (absences) => {
        const problems = checkAbsences(absences);
        if (problems.some(({ reason }) => reason.includes("already away"))) return;
        for (const { field, reason } of problems) {
          const absence = absences[Number(/\d+/.exec(field)?.[0])];
          if (absence === undefined || !reason.includes("circle")) continue;
          expect(resolveDelegate(absence.personId, absence.from, absences, everybody).kind).toBe("loop");
        }
      }),
      { numRuns: 200 },
    );
  });
});
