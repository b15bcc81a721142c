import { Segmented } from "antd";
import { useState } from "react";
import type { ReactNode } from "react";
import { useList } from "../../api/hooks";
import type { List } from "../../api/hooks";
import { DayInput } from "../../kit/DayInput";
import { endOf } from "../../kit/days";
import { useWords } from "../../kit/language";
import { PageHeader } from "../../kit/PageHeader";
import { useViewState } from "../../kit/viewState";
import { useCan } from "../../shell/can";
import { useSession } from "../../shell/session";
import { OrganisationComing } from "./DirectoryComing";
import { ResourcesComing } from "./ResourceComing";
import { words } from "./words";
import "./coming.css";

type Side = "resources" | "organisation";

/** The side with how much is on it, as far as it is read. */
function counted(side: string, list: List<unknown>): ReactNode {
  const n = list.items.length;
  if (n === 0) return side;
  return (
    <>
      <span>{side}</span> <span className="kit-quiet">{`${n}${list.more ? "+" : ""}`}</span>
    </>
  );
}

/** What was told for a later day, of resources and of the organisation, with its cancelling. */
export default function ComingPage() {
  const said = useWords(words);
  const can = useCan();
  const me = useSession().user.id;
  const [view, setView] = useViewState(["of", "whose", "until"]);
  const resources = can("resource.read") === null;
  const organisation = can("directory.read") === null;
  const query = {
    told_by: view.whose === "mine" ? me : "",
    until: endOf(view.until) ?? "",
  };
  const first = useList<unknown>("/resources/coming-changes", query, { enabled: resources });
  const others = useList<unknown>("/directory/coming-changes", query, { enabled: organisation });
  // Who comes without a choice of theirs is shown the side that has something, and stays there.
  const [start, setStart] = useState<Side | null>(null);
  if (start === null && !first.loading && !others.loading) {
    setStart(first.items.length === 0 && others.items.length > 0 ? "organisation" : "resources");
  }
  const asked = view.of === "organisation" || view.of === "resources" ? view.of : start;
  const of = resources ? (asked ?? "resources") : "organisation";
  return (
    <>
      <PageHeader title={said.coming} about={said.coming_about} />
      <div className="kit-filters">
        <Segmented
          aria-label={said.about}
          value={of}
          onChange={(side) => setView({ of: side })}
          options={[
            { value: "resources", label: counted(said.of_resources, first), disabled: !resources },
            { value: "organisation", label: counted(said.of_organisation, others), disabled: !organisation },
          ]}
        />
        <Segmented
          aria-label={said.whose}
          value={view.whose}
          onChange={(whose) => setView({ whose })}
          options={[
            { value: "", label: said.everybodys },
            { value: "mine", label: said.mine },
          ]}
        />
        <span className="coming-until">
          <span>{said.until}</span>
          <DayInput
            label={said.until}
            value={view.until}
            onChange={(until) => setView({ until })}
          />
        </span>
      </div>
      {of === "resources" ? <ResourcesComing query={query} /> : <OrganisationComing query={query} />}
    </>
  );
}
