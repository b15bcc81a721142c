import type { ProblemField, ProblemView } from "./contract";

/** A request that was refused or failed: RFC 9457, with the fields at fault. */
export class Problem extends Error {
  override readonly name = "Problem";

  constructor(readonly view: ProblemView) {
    super(view.detail || view.title);
  }

  get status(): number {
    return this.view.status;
  }

  get code(): string {
    return this.view.code;
  }

  get fields(): ProblemField[] {
    return this.view.fields;
  }
}

/** Wraps whatever was thrown; what is no problem of ours becomes one without fields. */
export function problemOf(fault: unknown): Problem {
  if (fault instanceof Problem) return fault;
  const detail = fault instanceof Error ? fault.message : String(fault);
  return new Problem({ ...blankProblem, title: detail, detail, code: "unexpected" });
}

/** A problem that never reached the server: status 0. */
export const blankProblem: ProblemView = {
  type: "about:blank",
  title: "",
  status: 0,
  detail: "",
  code: "",
  request_id: "",
  fields: [],
};

/** What a form shows at one field, or null when the field is fine. */
export function faultAt(problem: Problem | null, field: string): string | null {
  const fault = problem?.fields.find((one) => one.field === field);
  return fault ? fault.expected : null;
}
