import { Alert, Form, Input, InputNumber, Select, Skeleton } from "antd";
import { useState } from "react";
import { useNavigate, useParams } from "react-router";
import type { InspectionView, TicketTypeView } from "../../../../api/contract";
import { useChange, useItems, useOne } from "../../../../api/hooks";
import { ownZone } from "../../../../kit/days";
import { ErrorPanel } from "../../../../kit/ErrorPanel";
import { FormPage } from "../../../../kit/Form";
import { useText, useWords } from "../../../../kit/language";
import { PageHeader } from "../../../../kit/PageHeader";
import { UnitSelect } from "../../../../platform/directory/PlaceSelect";
import { paths } from "../../../../paths";
import { useCan } from "../../../../shell/can";
import { wallOf } from "../days";
import { DoerFields } from "./DoerFields";
import { blankInspection, bodyOf, valuesOf } from "./inspectionValues";
import type { InspectionValues } from "./inspectionValues";
import { ItemFields } from "./ItemFields";
import { ScheduleFields } from "./ScheduleFields";
import { words } from "./words";
import "../duty.css";
import "./inspections.css";

/** The type of the tickets for what is abnormal; its key where the reader sees no types. */
function TicketTypeField(props: { now: string | null }) {
  const said = useWords(words);
  const text = useText();
  const reads = useCan()("ticket.read") === null;
  const types = useItems<TicketTypeView>(reads ? "/ticket-types" : null);
  const options = types.items
    .filter((one) => one.type.enabled || one.type.key === props.now)
    .map((one) => ({ value: one.type.key, label: text(one.type.name) }));
  return (
    <Form.Item name="ticket_type" label={said.ticket_type}>
      {reads ? (
        <Select allowClear placeholder={said.ticket_none} options={options} />
      ) : (
        <Input allowClear maxLength={40} className="kit-code" placeholder={said.ticket_none} />
      )}
    </Form.Item>
  );
}

function HeadFields(props: { ticket_type: string | null }) {
  const said = useWords(words);
  const required = [{ required: true, message: said.required }];
  return (
    <fieldset className="duty-part">
      <legend>{said.inspections}</legend>
      <div className="duty-columns">
        <Form.Item name="name" label={said.name} rules={required}>
          <Input maxLength={100} />
        </Form.Item>
        <Form.Item name="unit_id" label={said.unit} rules={required}>
          <UnitSelect label={said.unit} />
        </Form.Item>
        <TicketTypeField now={props.ticket_type} />
        <Form.Item name="grace_minutes" label={said.grace} tooltip={said.grace_about}>
          <InputNumber min={0} max={1440} precision={0} className="kit-wide" />
        </Form.Item>
      </div>
    </fieldset>
  );
}

function PlanForm(props: { plan: InspectionView | undefined }) {
  // What is changed is what was read at first: what others change meanwhile is told, not undone.
  const [plan] = useState(props.plan);
  const said = useWords(words);
  const refusal = useCan()("inspection.change");
  const navigate = useNavigate();
  const [initial] = useState(() => {
    if (plan) return valuesOf(plan.inspection);
    const zone = ownZone();
    return blankInspection(wallOf(new Date().toISOString(), zone).day, zone);
  });
  const save = useChange<InspectionView, InspectionValues>(
    (values) => ({
      method: plan ? "PUT" : "POST",
      path: plan ? `/duty/inspections/${plan.id}` : "/duty/inspections",
      body: bodyOf(values),
      ...(plan ? { version: plan.version } : {}),
    }),
    { touches: ["journal"], onDone: (saved) => void navigate(paths.inspection(saved.id)) },
  );
  return (
    <div className="inspections-edit">
      <FormPage<InspectionValues> initial={initial} submit={save} refusal={refusal}>
        {save.error?.status === 412 ? <Alert type="warning" title={said.stale} /> : null}
        <HeadFields ticket_type={initial.ticket_type ?? null} />
        <DoerFields by={plan?.inspection.by} />
        <ScheduleFields every={initial.schedule.every} />
        <ItemFields first={initial.items} />
      </FormPage>
    </div>
  );
}

/** Makes or changes a plan of inspections. */
export default function InspectionEditPage() {
  const said = useWords(words);
  const { id } = useParams();
  const { value, loading, problem, reload } = useOne<InspectionView>(
    id ? `/duty/inspections/${id}` : null,
  );
  const plan = id && value?.id === id ? value : undefined;
  return (
    <>
      <PageHeader
        title={id ? said.edit_inspection : said.new_inspection}
        about={said.inspections_about}
      />
      <ErrorPanel problem={problem} onRetry={reload} />
      {loading ? <Skeleton active /> : null}
      {id === undefined || plan ? <PlanForm key={id ?? "new"} plan={plan} /> : null}
    </>
  );
}
