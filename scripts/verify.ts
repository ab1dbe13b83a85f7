// `npm run verify -- export.jsonl`: checks an export of the history with nothing but its files and, where it is given, a public key.
import { runVerify } from "./verify/main.ts";

process.exitCode = await runVerify(process.argv.slice(2), (line) => console.log(line), (line) => console.error(line));
