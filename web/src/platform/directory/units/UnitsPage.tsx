import { PlusOutlined } from "@ant-design/icons";
import { Alert, Button, Space } from "antd";
import { useState } from "react";
import { useNavigate, useParams } from "react-router";
import type { UnitView } from "../../../api/contract";
import { useAll } from "../../../api/hooks";
import { ErrorPanel } from "../../../kit/ErrorPanel";
import { useWords } from "../../../kit/language";
import { PageHeader } from "../../../kit/PageHeader";
import { Permitted } from "../../../kit/Permitted";
import { fill } from "../../../kit/say";
import { useViewState } from "../../../kit/viewState";
import { paths } from "../../../paths";
import { useCan } from "../../../shell/can";
import { AsOf } from "../AsOf";
import { ExportMenu } from "../ExportMenu";
import { ImportLink } from "../ImportLink";
import { useName } from "../useName";
import { words } from "../words";
import { UnitActions } from "./UnitActions";
import { UnitDialog } from "./UnitDialog";
import { UnitDifferences } from "./UnitDifferences";
import { UnitPanel } from "./UnitPanel";
import { UnitTree } from "./UnitTree";
import "../directory.css";

function Tools(props: { as_of: string }) {
  const said = useWords(words);
  const refusal = useCan()("directory.change");
  const [making, setMaking] = useState(false);
  return (
    <Space wrap>
      <ExportMenu as_of={props.as_of} />
      <ImportLink />
      <Permitted refusal={refusal}>
        <Button
          type="primary"
          icon={<PlusOutlined />}
          disabled={refusal !== null}
          onClick={() => setMaking(true)}
        >
          {said.unit_new}
        </Button>
      </Permitted>
      {making ? <UnitDialog parent_id={null} onClose={() => setMaking(false)} /> : null}
    </Space>
  );
}

/** The organisation as a tree at any day, and one of its units. */
export default function UnitsPage() {
  const { id } = useParams();
  const said = useWords(words);
  const name = useName();
  const navigate = useNavigate();
  const [view, setView] = useViewState(["as_of"]);
  const { as_of } = view;
  const units = useAll<UnitView>("/units", { as_of });
  const invited = useCan()("directory.change") === null && as_of === "";
  const unit = units.items.find((one) => one.id === id);
  return (
    <>
      <PageHeader
        title={unit ? name(unit.name) : said.units}
        about={unit ? `${unit.code} ${unit.kind}` : said.units_about}
        actions={unit ? <UnitActions unit={unit} past={as_of !== ""} /> : <Tools as_of={as_of} />}
      />
      <AsOf value={as_of} onChange={(day) => setView({ as_of: day })} />
      {as_of ? (
        <Alert showIcon type="info" className="kit-error" title={fill(said.as_of_shown, { day: as_of })} />
      ) : null}
      <ErrorPanel problem={units.problem} onRetry={units.reload} />
      <div className="directory-columns">
        <UnitTree
          units={units}
          invited={invited}
          {...(id === undefined ? {} : { chosen: id })}
          onChoose={(chosen) => void navigate(paths.unit(chosen, { as_of }))}
        />
        <div className="directory-column">
          {id ? <UnitPanel id={id} units={units.items} as_of={as_of} /> : null}
          {as_of ? <UnitDifferences as_of={as_of} then={units.items} /> : null}
          {!id && !as_of && units.items.length > 0 ? (
            <p className="kit-quiet">{said.unit_choose}</p>
          ) : null}
        </div>
      </div>
    </>
  );
}
