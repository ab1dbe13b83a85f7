import { describe, expect, it } from "vitest";
import { readOptions, StartError } from "./options.ts";

describe("the command line of npm start", () => {
  it("has good defaults", () => {
    expect(readOptions([])).toMatchObject({ kind: "start", port: 4600, demo: "auto", dataDir: expect.stringMatching(/\.countersign$/) });
  });

  it("takes a port, a folder and a choice of demo", () => {
    expect(readOptions(["--port", "5000", "--data", "/data", "--no-demo"])).toEqual({
      kind: "start", port: 5000, dataDir: "/data", demo: "off",
    });
  });

  it.each([
    [["--port", "abc"], /--port takes a whole number/],
    [["--port", "0"], /--port takes a whole number/],
    [["--port", "65534"], /--port takes a whole number/],
    [["--port", "80.5"], /--port takes a whole number/],
    [["--colour"], /Unknown option '--colour'.*--help/],
    [["here"], /Unexpected argument 'here'/],
    [["--demo", "--no-demo"], /--demo and --no-demo exclude each other/],
    [["--demo", "--leave-demo"], /--demo and --leave-demo exclude each other/],
    [["--data", ""], /--data takes the path/],
  ])("refuses %j in one sentence", (argv, sentence) => {
    expect(() => readOptions(argv)).toThrow(StartError);
    expect(() => readOptions(argv)).toThrow(sentence);
  });
});
