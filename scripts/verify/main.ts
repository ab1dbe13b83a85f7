import { linesOf } from "./lines.ts";
import { help, readVerifyOptions, VerifyError } from "./options.ts";
import { loadRules } from "./rules.ts";
import { problemText, reportText } from "./words.ts";

type Print = (text: string) => void;

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
    const { createVerifier, nodeTools } = await loadRules();
    const verifier = createVerifier(nodeTools(options.key));
    for (const file of options.files) {
      for await (const lines of linesOf(file)) {
        for (const line of lines) {
          const problem = await verifier.line(line);
          if (problem !== null) {
            print(problemText(file, problem));
            return 1;
          }
        }
      }
      const missing = await verifier.endOfFile();
      if (missing !== null) {
        print(problemText(file, missing));
        return 1;
      }
    }
    print(reportText(verifier.report(), options.key !== null));
    return 0;
  } catch (error) {
    if (!(error instanceof VerifyError || error instanceof RangeError || isFileError(error))) throw error;
    complain(error.message);
    return 2;
  }
}

function isFileError(error: unknown): error is Error {
  return error instanceof Error && "syscall" in error;
}
