import { describe, expect, it } from "vitest";
import { comingTime, counted, duration, elapsed, fileSize, shortLeft, timeAgo, timeLeft, urgency } from "./format";

const S = 1000;
const M = 60 * S;
const H = 60 * M;
const NOW = Date.UTC(2026, 5, 15, 12);

describe("timeLeft", () => {
  it.each([
    [29_001, "0:30"],
    [30 * S, "0:30"],
    [1, "0:01"],
    [0, "0:00"],
    [-5 * S, "0:00"],
    [14 * M + 5 * S, "14:05"],
    [H - 1, "1 h 00 min"],
    [4 * H, "4 h 00 min"],
    [3 * H + 59 * M, "3 h 59 min"],
    [24 * H, "1 d 0 h"],
    [52 * H, "2 d 4 h"],
  ])("%i ms → %s", (left, text) => {
    expect(timeLeft(NOW + left, NOW)).toBe(text);
  });
});

describe("timeAgo", () => {
  it.each([
    [0, "just now"],
    [-3 * S, "just now"],
    [44 * S, "just now"],
    [46 * S, "1 min ago"],
    [4 * M, "4 min ago"],
    [3 * H, "3 h ago"],
    [49 * H, "2 d ago"],
  ])("%i ms → %s", (past, text) => {
    expect(timeAgo(NOW - past, NOW)).toBe(text);
  });

  it("names the date after a week, with the year only when it is another one", () => {
    expect(timeAgo(NOW - 10 * 24 * H, NOW)).not.toMatch(/2026/);
    expect(timeAgo(NOW - 400 * 24 * H, NOW)).toMatch(/2025/);
  });
});

describe("urgency", () => {
  it.each([
    [0, "over"],
    [1, "now"],
    [5 * M, "soon"],
    [H, "calm"],
  ])("%i ms left → %s", (left, level) => {
    expect(urgency(NOW + left, NOW)).toBe(level);
  });
});

describe("duration", () => {
  it.each([
    [30 * S, "30 seconds"],
    [15 * M, "15 minutes"],
    [4 * H, "4 hours"],
    [24 * H, "1 day"],
    [90 * S, "90 seconds"],
  ])("%i ms → %s", (ms, text) => {
    expect(duration(ms)).toBe(text);
  });
});

describe("elapsed", () => {
  it.each([
    [840, "840 ms"],
    [2400, "2.4 s"],
    [59_949, "59.9 s"],
    [59_960, "1 min 0 s"],
    [192 * S, "3 min 12 s"],
  ])("%i ms → %s", (ms, text) => {
    expect(elapsed(ms)).toBe(text);
  });
});

it.each([
  [0, "0 messages"],
  [1, "1 message"],
  [4, "4 messages"],
])("%i of a message → %s", (n, text) => {
  expect(counted(n, "message")).toBe(text);
});

describe("shortLeft", () => {
  it.each([
    [8 * S, "8 s"],
    [7_001, "8 s"],
    [0, "0 s"],
    [-5 * S, "0 s"],
    [99 * S, "99 s"],
    [100 * S, "2 min"],
    [10 * M, "10 min"],
  ])("of %i ms is %s", (left, words) => {
    expect(shortLeft(NOW + left, NOW)).toBe(words);
  });
});

describe("comingTime: the day is named unless it is today", () => {
  const noon = new Date(2026, 5, 15, 12).getTime();
  it("today: only the time", () => {
    expect(comingTime(noon + H, noon)).not.toMatch(/tomorrow|Jun|15/);
  });
  it("tomorrow: its name", () => {
    expect(comingTime(new Date(2026, 5, 16, 9).getTime(), noon)).toMatch(/^tomorrow /);
  });
  it("later: the day", () => {
    expect(comingTime(new Date(2026, 5, 19, 9).getTime(), noon)).toMatch(/19/);
  });
});

describe("fileSize", () => {
  it.each([
    [0, "0 bytes"],
    [1, "1 byte"],
    [1023, "1,023 bytes"],
    [1024, "1 KiB"],
    [3480, "3.4 KiB"],
    [1024 * 1024 - 1, "1 MiB"],
    [1024 * 1024 * 2.55, "2.5 MiB"],
    [10 * 1024 * 1024, "10 MiB"],
  ])("%i bytes as %j", (bytes, text) => {
    expect(fileSize(bytes)).toBe(text);
  });
});
