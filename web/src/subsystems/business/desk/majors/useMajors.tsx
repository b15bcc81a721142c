import { useMemo } from "react";
import type { MajorIncidentView } from "../../../../api/contract";
import { useItems } from "../../../../api/hooks";
import type { List } from "../../../../api/hooks";
import { useWords } from "../../../../kit/language";
import { StateTag } from "../../../../kit/StateTag";
import { words } from "./words";

const EVERY_MS = 30_000;

/** The major incidents that go on. */
export function useMajors(): List<MajorIncidentView> {
  return useItems<MajorIncidentView>("/major-incidents", {}, { every_ms: EVERY_MS });
}

/** The ids of the tickets that are major now. */
export function useMajorIds(): ReadonlySet<string> {
  const { items } = useMajors();
  const ids = items.map((one) => one.ticket_id).join(" ");
  return useMemo(() => new Set(ids.split(" ")), [ids]);
}

/** The mark of a ticket that is major now. */
export function MajorTag() {
  return <StateTag state="critical" text={useWords(words).major} />;
}
