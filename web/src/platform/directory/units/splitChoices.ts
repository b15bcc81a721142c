import type { PersonView, PostView, ResourceView, UnitView } from "../../../api/contract";
import { useAll } from "../../../api/hooks";
import { useCan } from "../../../shell/can";
import { useName } from "../useName";

/** What a part of a split unit may get, in the order of the form. */
export const GETS = ["units", "posts", "people", "resources"] as const;
export type Get = (typeof GETS)[number];

export interface Choice {
  value: string;
  label: string;
}

export type Choices = Record<Get, Choice[]>;
export type Got = Partial<Record<Get, string[]>>;

/** What is left to choose for one part: all that no other part gets. */
export function leftFor(choices: Choices, parts: readonly (Got | undefined)[], at: number): Choices {
  const left = (get: Get) => {
    const others = parts.filter((_, part) => part !== at);
    const taken = new Set(others.flatMap((part) => part?.[get] ?? []));
    return choices[get].filter((choice) => !taken.has(choice.value));
  };
  return {
    units: left("units"),
    posts: left("posts"),
    people: left("people"),
    resources: left("resources"),
  };
}

/** All that is in a unit and can be given to a part of it. */
export function useSplitChoices(unit_id: string): Choices {
  const name = useName();
  const sees = useCan()("resource.read") === null;
  const units = useAll<UnitView>("/units", { parent_id: unit_id });
  const posts = useAll<PostView>("/posts", { unit_id });
  const people = useAll<PersonView>("/people", { unit_id });
  const resources = useAll<ResourceView>(sees ? "/resources" : null, { unit_id, retired: false });
  return {
    units: units.items.map((one) => ({ value: one.id, label: `${name(one.name)} · ${one.code}` })),
    posts: posts.items.map((one) => ({ value: one.id, label: `${name(one.title)} · ${one.code}` })),
    people: people.items.map((one) => ({ value: one.id, label: `${one.name} · ${one.number}` })),
    resources: resources.items.map((one) => ({ value: one.id, label: one.name })),
  };
}
