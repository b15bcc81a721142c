import { PlusOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useMemo } from "react";
import { Link } from "react-router";
import type { InspectionView } from "../../../../api/contract";
import { useList } from "../../../../api/hooks";
import { useWords } from "../../../../kit/language";
import { LinkButton } from "../../../../kit/LinkButton";
import { ListTable } from "../../../../kit/ListTable";
import type { Column } from "../../../../kit/ListTable";
import { PageHeader } from "../../../../kit/PageHeader";
import { Permitted } from "../../../../kit/Permitted";
import { StateTag } from "../../../../kit/StateTag";
import { UnitName } from "../../../../platform/directory/PlaceName";
import { paths } from "../../../../paths";
import { useCan } from "../../../../shell/can";
import { DoerName } from "./DoerName";
import { useScheduleWords } from "./scheduleWords";
import { words } from "./words";

function New() {
  const said = useWords(words);
  const refusal = useCan()("inspection.change");
  if (refusal === null) {
    return (
      <LinkButton type="primary" icon={<PlusOutlined />} to={paths.inspectionNew()}>
        {said.new_inspection}
      </LinkButton>
    );
  }
  return (
    <Permitted refusal={refusal}>
      <Button type="primary" icon={<PlusOutlined />} disabled>
        {said.new_inspection}
      </Button>
    </Permitted>
  );
}

/** The plans of inspections. */
export default function InspectionsPage() {
  const said = useWords(words);
  const refusal = useCan()("inspection.change");
  const scheduleWords = useScheduleWords();
  const list = useList<InspectionView>("/duty/inspections");
  const columns = useMemo<Column<InspectionView>[]>(
    () => [
      {
        key: "name",
        title: said.name,
        width: 200,
        render: (_, one) => (
          <>
            <Link to={paths.inspection(one.id)}>{one.inspection.name}</Link>{" "}
            {one.nobody ? <StateTag state="critical" text={said.nobody_does} /> : null}
          </>
        ),
      },
      {
        key: "schedule",
        title: said.schedule,
        width: 240,
        render: (_, one) => scheduleWords(one.inspection.schedule),
      },
      {
        key: "who",
        title: said.who,
        width: 170,
        render: (_, one) => <DoerName by={one.inspection.by} />,
      },
      {
        key: "unit",
        title: said.unit,
        width: 150,
        render: (_, one) => <UnitName id={one.inspection.unit_id} />,
      },
      {
        key: "items",
        title: said.items,
        width: 80,
        align: "right",
        render: (_, one) => one.inspection.items.length,
      },
      {
        key: "rounds",
        title: said.actions,
        width: 110,
        render: (_, one) => <Link to={paths.rounds({ plan: one.id })}>{said.to_rounds}</Link>,
      },
    ],
    [said, scheduleWords],
  );
  return (
    <>
      <PageHeader title={said.inspections} about={said.inspections_about} actions={<New />} />
      <ListTable
        label={said.inspections}
        columns={columns}
        list={list}
        rowKey={(row) => row.id}
        empty={said.inspections_empty}
        refusal={refusal}
        emptyAction={<New />}
      />
    </>
  );
}
