import { Alert, Button, Skeleton, Space } from "antd";
import { useMemo } from "react";
import { Link, useNavigate, useParams } from "react-router";
import type { InspectionItem, InspectionView } from "../../../../api/contract";
import { useChange, useOne } from "../../../../api/hooks";
import { Card } from "../../../../kit/Card";
import { ConfirmDanger } from "../../../../kit/ConfirmDanger";
import { DescriptionList } from "../../../../kit/DescriptionList";
import { ErrorPanel } from "../../../../kit/ErrorPanel";
import { useWords } from "../../../../kit/language";
import { LinkButton } from "../../../../kit/LinkButton";
import { ListTable } from "../../../../kit/ListTable";
import type { Column } from "../../../../kit/ListTable";
import { PageHeader } from "../../../../kit/PageHeader";
import { Permitted } from "../../../../kit/Permitted";
import { fill } from "../../../../kit/say";
import { StateTag } from "../../../../kit/StateTag";
import { words as kit } from "../../../../kit/words";
import { UnitName } from "../../../../platform/directory/PlaceName";
import { ResourceName } from "../../../../platform/fields/ReferenceName";
import { paths } from "../../../../paths";
import { useCan } from "../../../../shell/can";
import { fixedList } from "../fixedList";
import { rangeWords } from "../rounds/answer";
import { DoerName } from "./DoerName";
import { useScheduleWords } from "./scheduleWords";
import { TicketTypeName } from "./TicketTypeName";
import { words } from "./words";
import "../duty.css";

function Actions(props: { plan: InspectionView }) {
  const { plan } = props;
  const said = useWords(words);
  const refusal = useCan()("inspection.change");
  const navigate = useNavigate();
  const retire = useChange<null>(
    () => ({ method: "DELETE", path: `/duty/inspections/${plan.id}`, version: plan.version }),
    { touches: ["journal"], onDone: () => void navigate(paths.inspections()) },
  );
  return (
    <Space wrap>
      <LinkButton to={paths.rounds({ plan: plan.id })}>{said.to_rounds}</LinkButton>
      {refusal === null ? (
        <LinkButton to={paths.inspectionEdit(plan.id)}>{said.edit}</LinkButton>
      ) : (
        <Permitted refusal={refusal}>
          <Button disabled>{said.edit}</Button>
        </Permitted>
      )}
      <ConfirmDanger
        action={said.retire}
        title={fill(said.retire_title, { name: plan.inspection.name })}
        running={retire.isPending}
        problem={retire.error}
        refusal={refusal}
        onConfirm={() => retire.mutateAsync()}
      >
        {said.retire_about}
      </ConfirmDanger>
    </Space>
  );
}

function Facts(props: { plan: InspectionView }) {
  const { inspection } = props.plan;
  const said = useWords(words);
  const scheduleWords = useScheduleWords();
  const { schedule } = inspection;
  const items = [
    { key: "schedule", term: said.schedule, value: scheduleWords(schedule) },
    { key: "off", term: said.days_off, value: said[`off_${schedule.days_off ?? "kept"}`] },
    {
      key: "calendar",
      term: said.calendar,
      value: `${said[`calendar_${schedule.calendar}`]} · ${schedule.zone}`,
    },
    { key: "who", term: said.who, value: <DoerName by={inspection.by} /> },
    { key: "unit", term: said.unit, value: <UnitName id={inspection.unit_id} /> },
    { key: "grace", term: said.grace, value: inspection.grace_minutes ?? 0 },
    { key: "ticket", term: said.ticket_type, value: <TicketTypeName type={inspection.ticket_type} /> },
  ];
  return <DescriptionList items={items} columns={3} />;
}

function Limits(props: { item: InspectionItem }) {
  const { item } = props;
  const said = useWords(words);
  if (item.kind !== "choice") return rangeWords(item) || "–";
  return (item.choices ?? [])
    .map((choice) => (choice.abnormal ? `${choice.name} (${said.abnormal})` : choice.name))
    .join(", ");
}

function Route(props: { plan: InspectionView }) {
  const { plan } = props;
  const said = useWords(words);
  const common = useWords(kit);
  const columns = useMemo<Column<InspectionItem>[]>(
    () => [
      { key: "name", title: said.item_name, width: 200, render: (_, item) => item.name },
      {
        key: "place",
        title: said.place,
        width: 160,
        render: (_, item) => (
          <>
            {item.place} {item.resource_id ? <ResourceName id={item.resource_id} /> : null}
          </>
        ),
      },
      { key: "kind", title: said.kind, width: 130, render: (_, item) => said[`kind_${item.kind}`] },
      { key: "limits", title: said.limits, width: 200, render: (_, item) => <Limits item={item} /> },
      {
        key: "photo",
        title: said.photo,
        width: 100,
        render: (_, item) => (item.photo ? common.yes : common.no),
      },
      {
        key: "course",
        title: said.actions,
        width: 110,
        render: (_, item) => <Link to={paths.inspectionItem(plan.id, item.key)}>{said.course}</Link>,
      },
    ],
    [said, common, plan.id],
  );
  return (
    <Card title={said.route}>
      <ListTable
        label={said.route}
        columns={columns}
        list={fixedList(plan.inspection.items)}
        rowKey={(item) => item.key}
        empty={said.item_add}
        size="small"
      />
    </Card>
  );
}

/** A plan of inspections: when, by whom, and its route. */
export default function InspectionPage() {
  const { id = "" } = useParams();
  const said = useWords(words);
  const { value, loading, problem, reload } = useOne<InspectionView>(`/duty/inspections/${id}`);
  const plan = value?.id === id ? value : undefined;
  return (
    <>
      <PageHeader
        title={plan?.inspection.name ?? said.inspections}
        tags={plan?.retired ? <StateTag state="disabled" text={said.retired} /> : null}
        actions={plan && !plan.retired ? <Actions plan={plan} /> : null}
      />
      <ErrorPanel problem={problem} onRetry={reload} />
      {loading ? <Skeleton active /> : null}
      {plan ? (
        <div className="duty-page">
          {plan.nobody && !plan.retired ? (
            <Alert type="warning" showIcon title={said.nobody_does_about} />
          ) : null}
          <Facts plan={plan} />
          <Route plan={plan} />
        </div>
      ) : null}
    </>
  );
}
