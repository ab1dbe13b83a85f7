import type { ToolSet } from "ai";
import type { Category, Input } from "../shared/records";
import type { OfflineSide } from "./offline/side";
import type { ProposalKind } from "./proposal";

/** What a playbook's agents are told and may do. Apart from `Playbook`, so that no mutation loads the AI packages. */
export type PlaybookAgent = {
  triage: { instructions: string; categories: readonly Category[] };
  drafting: {
    instructions: string;
    /** What the drafting agent may look up for one input. A tool may only read. */
    tools: (input: Input) => ToolSet;
    proposal: ProposalKind;
    /** The reason a person reads when the agent ends without a proposal. */
    missing: string;
  };
  offline: OfflineSide;
};
