import { PlusOutlined } from "@ant-design/icons";
import { Alert, Button, Space } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import type { PersonView } from "../../../api/contract";
import { useList } from "../../../api/hooks";
import { useWords } from "../../../kit/language";
import { ListTable } from "../../../kit/ListTable";
import { PageHeader } from "../../../kit/PageHeader";
import { Permitted } from "../../../kit/Permitted";
import { fill } from "../../../kit/say";
import { SearchBox } from "../../../kit/SearchBox";
import { useViewState } from "../../../kit/viewState";
import { paths } from "../../../paths";
import { useCan } from "../../../shell/can";
import { AsOf } from "../AsOf";
import { ExportMenu } from "../ExportMenu";
import { ImportLink } from "../ImportLink";
import { UnitName } from "../PlaceName";
import { UnitSelect } from "../PlaceSelect";
import { words } from "../words";
import { PersonDialog } from "./PersonDialog";
import "../directory.css";

/** The people of the directory, at any day. */
export default function PeoplePage() {
  const said = useWords(words);
  const refusal = useCan()("directory.change");
  const [view, setView] = useViewState(["q", "under", "as_of"]);
  const [making, setMaking] = useState(false);
  const list = useList<PersonView>("/people", view);
  const { as_of } = view;
  const filtered = view.q !== "" || view.under !== "";
  const invited = !filtered && as_of === "" && refusal === null;
  return (
    <>
      <PageHeader
        title={said.people}
        about={said.people_about}
        actions={
          <Space wrap>
            <ExportMenu as_of={as_of} />
            <ImportLink />
            <Permitted refusal={refusal}>
              <Button
                type="primary"
                icon={<PlusOutlined />}
                disabled={refusal !== null}
                onClick={() => setMaking(true)}
              >
                {said.person_new}
              </Button>
            </Permitted>
          </Space>
        }
      />
      <AsOf value={as_of} onChange={(day) => setView({ as_of: day })} />
      {as_of ? (
        <Alert showIcon type="info" className="kit-error" title={fill(said.as_of_shown, { day: as_of })} />
      ) : null}
      <div className="kit-filters">
        <SearchBox
          label={said.person_search}
          value={view.q}
          onSearch={(q) => setView({ q })}
        />
        <div className="directory-unit-filter">
          <UnitSelect
            label={said.unit}
            value={view.under}
            onChange={(under) => setView({ under: under ?? "" })}
          />
        </div>
      </div>
      <ListTable<PersonView>
        label={said.people}
        list={list}
        rowKey={(person) => person.id}
        empty={filtered ? said.people_none : invited ? said.people_empty : said.people_bare}
        emptyAction={
          invited ? <Link to={paths.directoryImport()}>{said.import_title}</Link> : null
        }
        columns={[
          {
            key: "name",
            title: said.person_name,
            render: (_, person) => <Link to={paths.person(person.id, { as_of })}>{person.name}</Link>,
          },
          { key: "number", title: said.number, render: (_, person) => person.number },
          {
            key: "unit",
            title: said.unit_of_record,
            render: (_, person) =>
              person.unit_id ? (
                <Link to={paths.unit(person.unit_id, { as_of })}>
                  <UnitName id={person.unit_id} as_of={as_of} />
                </Link>
              ) : (
                "–"
              ),
          },
          {
            key: "contacts",
            title: said.contacts,
            render: (_, person) => person.contacts.map((one) => one.value).join(said.comma) || "–",
          },
        ]}
      />
      {making ? <PersonDialog onClose={() => setMaking(false)} /> : null}
    </>
  );
}
