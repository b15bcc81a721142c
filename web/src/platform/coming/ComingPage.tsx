import { Segmented } from "antd";
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

/** What was told for a later day, of resources and of the organisation, with its cancelling. */
export default function ComingPage() {
  const said = useWords(words);
  const can = useCan();
  const me = useSession().user.id;
  const [view, setView] = useViewState(["of", "whose", "until"]);
  const resources = can("resource.read") === null;
  const organisation = can("directory.read") === null;
  const of = view.of === "organisation" || !resources ? "organisation" : "resources";
  const query = {
    told_by: view.whose === "mine" ? me : "",
    until: endOf(view.until) ?? "",
  };
  return (
    <>
      <PageHeader title={said.coming} about={said.coming_about} />
      <div className="kit-filters">
        <Segmented
          aria-label={said.about}
          value={of}
          onChange={(side) => setView({ of: side })}
          options={[
            { value: "resources", label: said.of_resources, disabled: !resources },
            { value: "organisation", label: said.of_organisation, disabled: !organisation },
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
