import type { SlaPolicyDraft, SlaTargetView } from "../../../api/contract";

/** A span as its form edits it: without an amount nothing is promised. */
type TargetForm = { amount?: number | null; unit?: SlaTargetView["unit"] } | null | undefined;

/** A service level as its form edits it. */
export type PolicyForm = Pick<SlaPolicyDraft, "name" | "zone" | "calendar" | "hours" | "warn_percents"> & {
  targets: { response?: TargetForm; resolution?: TargetForm }[];
  hop?: TargetForm;
  return_within?: TargetForm;
  open_too: boolean;
};

const minutes = (amount: number): SlaTargetView => ({ amount, unit: "minutes" });
const hours = (amount: number): SlaTargetView => minutes(60 * amount);

/** What a new service level promises before anybody changes it. */
export const USUAL: SlaPolicyDraft = {
  name: { en: "", zh: "" },
  zone: "Asia/Shanghai",
  calendar: "china",
  hours: "08:30-12:00, 13:30-17:30",
  days: [],
  targets: [
    { priority: 1, response: minutes(15), resolution: hours(4) },
    { priority: 2, response: minutes(30), resolution: hours(8) },
    { priority: 3, response: hours(1), resolution: hours(16) },
    { priority: 4, response: hours(2), resolution: hours(24) },
    { priority: 5, response: hours(4), resolution: hours(40) },
  ],
  hop: null,
  return_within: null,
  warn_percents: [75, 100],
};

function span(target: SlaTargetView | null): TargetForm {
  return target ?? { unit: "minutes" };
}

/** The form over a service level. */
export function formOf(draft: SlaPolicyDraft): PolicyForm {
  const { name, zone, calendar, hours: worked, warn_percents } = draft;
  return {
    name,
    zone,
    calendar,
    hours: worked,
    warn_percents,
    targets: draft.targets.map((one) => ({
      response: span(one.response),
      resolution: span(one.resolution),
    })),
    hop: span(draft.hop),
    return_within: span(draft.return_within),
    open_too: false,
  };
}

function targetOf(form: TargetForm): SlaTargetView | null {
  return form?.amount ? { amount: form.amount, unit: form.unit ?? "minutes" } : null;
}

/** The service level that a form says; what the form has no field for stays as it was. */
export function draftOf(was: SlaPolicyDraft, form: PolicyForm): SlaPolicyDraft {
  const { open_too: _, targets, hop, return_within, ...given } = form;
  return {
    ...was,
    ...given,
    targets: was.targets.map(({ priority }, at) => ({
      priority,
      response: targetOf(targets[at]?.response),
      resolution: targetOf(targets[at]?.resolution),
    })),
    hop: targetOf(hop),
    return_within: targetOf(return_within),
  };
}
