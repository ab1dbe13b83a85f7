/** Every screen at both sizes in both themes. */
process.env["LOOK"] = "all";
await import("./look.test.ts");
export {};
