import { open, readFile } from "node:fs/promises";
import { help, readVerifyOptions, VerifyError } from "./options.ts";
import { loadRules } from "./rules.ts";
import type { Problem, Verifier } from "../../convex/shared/audit/verify.ts";
import { problemText, reportText } from "./words.ts";

type Print = (text: string) => void;
/** How much of a file is read at a time, bytes. */
const PIECE = 1024 * 1024;

/**
 * Checks the files of an export and says what was found.
 * @param argv the words after the command's name
 * @returns the exit code: 0 nothing is wrong, 1 something is, 2 nothing could be checked
 */
export async function runVerify(argv: string[], print: Print, complain: Print): Promise<0 | 1 | 2> {
  try {
    const options = readVerifyOptions(argv);
    if (options.kind === "help") {
      print(help);
      return 0;
    }
    const { createVerifier, nodeTools, notesIn } = await loadRules();
    const kept = options.checkpoints === null ? [] : notesIn(await readFile(options.checkpoints, "utf8"));
    if (options.checkpoints !== null && kept.length === 0) throw new VerifyError(`${options.checkpoints} holds no checkpoint as a desk sends it.`);
    const verifier = createVerifier(nodeTools(options.key, kept));
    for (const file of options.files) {
      const problem = await checkFile(verifier, file);
      if (problem !== null) {
        print(problemText(file, problem));
        return 1;
      }
    }
    print(reportText(verifier.report(), { trusted: options.key !== null, kept: kept.length }));
    return 0;
  } catch (error) {
    if (!(error instanceof VerifyError || isFileError(error))) throw error;
    complain(error.message);
    return 2;
  }
}

/** What is wrong in a file, or null. Throws what Node throws for a file that cannot be read. */
async function checkFile(verifier: Verifier, file: string): Promise<Problem | null> {
  const handle = await open(file);
  try {
    const bytes = new Uint8Array(PIECE);
    for (;;) {
      const { bytesRead } = await handle.read(bytes);
      if (bytesRead === 0) break;
      const problem = await verifier.add(bytes.subarray(0, bytesRead));
      if (problem !== null) return problem;
    }
  } finally {
    await handle.close();
  }
  return await verifier.endOfFile();
}

function isFileError(error: unknown): error is Error {
  return error instanceof Error && "syscall" in error;
}
