import type {
  CampaignBody,
  CampaignKind,
  CampaignMachineView,
  CampaignView,
  MachineChoice,
  MachineCounts,
  MachineState,
} from "../../../api/contract";

/** What the form of a campaign holds. */
export interface CampaignValues {
  name: string;
  kind: CampaignKind;
  unit_id: string;
  owner_id?: string | null;
  software: string;
  software_version?: string;
  instructions?: string;
  from: string;
  to: string;
  ticket_type?: string | null;
  /** By what its machines are chosen. */
  by: "filter" | "list";
  machines: { filter?: string; resources?: string[] };
}

export const KINDS = ["install", "upgrade", "remove"] as const satisfies CampaignKind[];
export const MACHINE_STATES = [
  "planned",
  "in_progress",
  "done",
  "failed",
  "skipped",
] as const satisfies MachineState[];

/** The machines that are meant. */
function choiceOf(values: CampaignValues): MachineChoice {
  return values.by === "list"
    ? { resources: values.machines.resources ?? [] }
    : { filter: values.machines.filter?.trim() ?? "" };
}

export function bodyOf(values: CampaignValues): CampaignBody {
  return {
    name: values.name,
    kind: values.kind,
    unit_id: values.unit_id,
    owner_id: values.owner_id || null,
    software: values.software,
    software_version: values.software_version ?? "",
    instructions: values.instructions ?? "",
    machines: choiceOf(values),
    from: values.from,
    to: values.to,
    ticket_type: values.ticket_type || null,
  };
}

export function valuesOf(body: CampaignBody): CampaignValues {
  const { machines } = body;
  return {
    ...body,
    by: "filter" in machines ? "filter" : "list",
    machines: "filter" in machines ? { filter: machines.filter } : { resources: machines.resources },
  };
}

/** How many machines there are, and with how many one is done, however it went. */
export function sumOf(counts: MachineCounts): { all: number; over: number } {
  const over = counts.done + counts.failed + counts.skipped;
  return { all: over + counts.planned + counts.in_progress, over };
}

/** Whether it should have been done by `today` and is not. */
export function isOverdue(one: CampaignView, today: string): boolean {
  const open = one.state === "planned" || one.state === "running";
  return open && one.campaign.to < today;
}

/** Whether a state needs words: why it failed, or is left out. */
export function needsReason(state: MachineState | undefined): boolean {
  return state === "failed" || state === "skipped";
}

/** What is said of machines, each in the version that was seen. */
export function orderOf(machines: CampaignMachineView[], state: MachineState, reason: string) {
  return {
    machines: machines.map(({ resource_id, version }) => ({ resource_id, version })),
    state,
    reason,
  };
}
