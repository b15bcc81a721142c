/** The wire types of client software; see `contract.ts`. */
import type { Narrow, Schemas, Sent } from "./wire";

export type CampaignKind = Schemas["CampaignKind"];
export type CampaignState = Schemas["CampaignState"];
export type CampaignBody = Schemas["CampaignBody"];
export type MachineChoice = Schemas["MachineChoice"];
export type MachineState = Schemas["MachineState"];
export type MachineCounts = Schemas["MachineCounts"];
export type CampaignView = Narrow<Sent<Schemas["Campaign"]>, { campaign: CampaignBody }>;
export type CampaignMachineView = Narrow<
  Sent<Schemas["CampaignMachine"]>,
  { ticket: { id: string; number: string } | null }
>;
export type CampaignMachineResultView = Narrow<
  Sent<Schemas["CampaignMachineResult"]>,
  { machine: CampaignMachineView | null }
>;
