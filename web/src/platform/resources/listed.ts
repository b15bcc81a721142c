/** What the list of resources is asked for, as its address holds it: each empty when not given. */
export interface Listed {
  filter: string;
  kind: string;
  q: string;
  /** `true`: what is out of use. */
  retired: string;
}

/** The same as what a change of many resources is about: exactly those that the list holds. */
export function targetOf({ filter, kind, q, retired }: Listed) {
  return {
    filter,
    ...(kind ? { kind } : {}),
    ...(q ? { q } : {}),
    ...(retired ? { retired: retired === "true" } : {}),
  };
}
