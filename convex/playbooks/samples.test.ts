// Every sample of every playbook: sorted as people would, drafted by the template model, and within all rules.

import { describe, expect, it } from "vitest";
import { riskLevel } from "../shared/records";
import { agentOf } from "./agents";
import { PLAYBOOKS } from "./index";
import { drafted, offlineDraft, problemWith } from "./testing.helper";

const SAMPLES = PLAYBOOKS.flatMap(({ name, samples }) => samples.map((sample) => ({ name, id: sample.id, sample })));

describe.each(PLAYBOOKS)("$name", ({ name, samples, checkInput, title, description, input }) => {
  it("has samples of low and of high stakes, each with an id of its own", () => {
    expect(new Set(samples.map(({ id }) => id)).size).toBe(samples.length);
    const risks = samples.map(({ risk }) => risk);
    expect(risks).toContain("low");
    expect(risks).toContain("high");
  });

  it("says in words what it does and what it asks for", () => {
    for (const words of [title, description, input.from.label, input.subject.label, input.message.label]) {
      expect(words).toMatch(/^[A-Z]/);
    }
  });

  it("sorts into categories it may record", () => {
    const { triage, offline } = agentOf(name);
    for (const sample of samples) expect(triage.categories).toContain(offline.sort(sample).category);
  });

  it("takes its own samples as input", () => {
    for (const { from, subject, message } of samples) {
      expect(checkInput({ from, subject, message })).toEqual({ input: { from, subject, message } });
    }
  });
});

it.each(SAMPLES)("$name, $id: the risk is what people would say", ({ name, sample }) => {
  expect(riskLevel(agentOf(name).offline.sort(sample).riskScore)).toBe(sample.risk);
});

it.each(SAMPLES)("$name, $id: the draft is within every rule and every quote is found", async ({ name, sample }) => {
  const { action, evidence, summary } = await drafted(name, sample);
  expect(problemWith(name, sample, action)).toBeNull();
  expect(evidence.length).toBeGreaterThanOrEqual(2);
  expect(evidence.filter(({ found }) => !found)).toEqual([]);
  expect(summary).toMatch(/\.$/);
});

it.each(SAMPLES)(
  "$name, $id: “Make it shorter” makes it shorter, and the reasoning says so",
  async ({ name, sample }) => {
    const before = await drafted(name, sample);
    const after = await drafted(name, sample, ["Make it shorter."]);
    expect(JSON.stringify(after.action).length).toBeLessThan(JSON.stringify(before.action).length);
    expect(after.reasoning).toContain("After the review: shortened");
    expect(problemWith(name, sample, after.action)).toBeNull();
  },
);

it.each(PLAYBOOKS)("$name: no two samples have the same draft", async ({ name, samples }) => {
  const drafts = await Promise.all(samples.map((sample) => drafted(name, sample)));
  expect(new Set(drafts.map(({ action }) => JSON.stringify({ ...action, to: "" }))).size).toBe(samples.length);
});

it.each(PLAYBOOKS)("$name: no message, however it is made, holds the template model up", async ({ name, samples }) => {
  const from = samples[0]?.from ?? "";
  const texts = ["x", "a.", "$1", "compensat", "- ", "FH-", "a@", "refund ", "\n"];
  for (const text of texts) {
    const message = text.repeat(20_000 / text.length);
    const began = performance.now();
    await offlineDraft(name, { from, subject: "Hello", message: `${message}.` }, [message.slice(0, 2_000)]);
    expect(performance.now() - began).toBeLessThan(5_000);
  }
});
