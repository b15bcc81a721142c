import { PlusOutlined } from "@ant-design/icons";
import { Button, Segmented } from "antd";
import { useState } from "react";
import { useWords } from "../../../kit/language";
import { PageHeader } from "../../../kit/PageHeader";
import { Permitted } from "../../../kit/Permitted";
import { SearchBox } from "../../../kit/SearchBox";
import { useViewState } from "../../../kit/viewState";
import { useCan } from "../../../shell/can";
import { AsOf } from "../AsOf";
import { words } from "../words";
import { RegionDialog } from "./RegionDialog";
import { RegionsTable } from "./RegionsTable";
import { SiteDialog } from "./SiteDialog";
import { SitesTable } from "./SitesTable";
import "../directory.css";

/** Regions and sites, at any day. */
export default function PlacesPage() {
  const said = useWords(words);
  const refusal = useCan()("directory.change");
  const [view, setView] = useViewState(["tab", "q", "as_of"]);
  const [making, setMaking] = useState(false);
  const { q, as_of } = view;
  const sites = view.tab === "sites";
  const Dialog = sites ? SiteDialog : RegionDialog;
  return (
    <>
      <PageHeader
        title={said.places}
        about={said.places_about}
        actions={
          <Permitted refusal={refusal}>
            <Button
              type="primary"
              icon={<PlusOutlined />}
              disabled={refusal !== null}
              onClick={() => setMaking(true)}
            >
              {sites ? said.site_new : said.region_new}
            </Button>
          </Permitted>
        }
      />
      <AsOf value={as_of} onChange={(day) => setView({ as_of: day })} />
      <div className="kit-filters">
        <Segmented
          aria-label={said.places}
          value={view.tab}
          onChange={(tab) => setView({ tab })}
          options={[
            { value: "", label: said.regions },
            { value: "sites", label: said.sites },
          ]}
        />
        <SearchBox
          label={said.place_search}
          value={q}
          onSearch={(sought) => setView({ q: sought })}
        />
      </div>
      {sites ? <SitesTable query={{ q, as_of }} /> : <RegionsTable query={{ q, as_of }} />}
      {making ? <Dialog onClose={() => setMaking(false)} /> : null}
    </>
  );
}
