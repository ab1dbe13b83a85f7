import type { TestProject } from "vitest/node";
import { emptyFolder, startDesk } from "./desk.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** A data folder in which a demo desk was set up and stopped; tests start from copies of it. */
    preparedDataDir: string;
    /** The port it had. */
    preparedPort: number;
  }
}

/** Does the slow first start once: later ones on a copy of the folder take a second (`prepared.ts`). */
export default async function setup(project: TestProject): Promise<void> {
  const dataDir = emptyFolder();
  const desk = await startDesk({ dataDir });
  await desk.stop();
  project.provide("preparedDataDir", dataDir);
  project.provide("preparedPort", desk.port);
}
