// Plain JavaScript on purpose: an old Node must be able to read this far and say what it lacks.
const major = Number(process.versions.node.split(".")[0]);
if (major < 24) {
  console.error(
    `Countersign needs Node 24 to run, and this is Node ${process.versions.node}. ` +
      "On Linux and Windows `npm install` brings it along (start with `npm start`); on macOS install Node 24 and try again.",
  );
  process.exit(1);
}
const { keepCompiled } = await import("../embedded/compile-cache.mjs");
keepCompiled();
const { start } = await import("./start/main.ts");
await start(process.argv.slice(2));
