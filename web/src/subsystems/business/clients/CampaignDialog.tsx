import { Alert, Form, Input, Segmented } from "antd";
import { useState } from "react";
import type { CampaignView } from "../../../api/contract";
import { useChange } from "../../../api/hooks";
import { DayInput } from "../../../kit/DayInput";
import { dayOf } from "../../../kit/days";
import { FormDialog } from "../../../kit/Form";
import { useWords } from "../../../kit/language";
import { fill } from "../../../kit/say";
import { useNow } from "../../../kit/TimeAgo";
import { PersonSelect } from "../../../platform/directory/people/PostSelect";
import { UnitSelect } from "../../../platform/directory/PlaceSelect";
import { bodyOf, KINDS, valuesOf } from "./campaign";
import type { CampaignValues } from "./campaign";
import { MachineFields } from "./MachineFields";
import { TicketTypeField } from "./TicketTypeField";
import { words } from "./words";
import "./clients.css";

function SoftwareFields() {
  const said = useWords(words);
  const required = [{ required: true, message: said.required }];
  return (
    <>
      <Form.Item name="name" label={said.name} rules={required}>
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item name="kind" label={said.kind}>
        <Segmented options={KINDS.map((value) => ({ value, label: said[value] }))} />
      </Form.Item>
      <div className="clients-columns">
        <Form.Item name="software" label={said.software} rules={required}>
          <Input maxLength={100} />
        </Form.Item>
        <Form.Item name="software_version" label={said.software_version}>
          <Input maxLength={60} />
        </Form.Item>
      </div>
      <Form.Item name="instructions" label={said.instructions}>
        <Input.TextArea rows={4} maxLength={20_000} />
      </Form.Item>
    </>
  );
}

function WhoFields(props: { ticket_type: string | null | undefined }) {
  const said = useWords(words);
  const required = [{ required: true, message: said.required }];
  return (
    <div className="clients-columns">
      <Form.Item name="unit_id" label={said.unit} rules={required}>
        <UnitSelect label={said.unit} />
      </Form.Item>
      <Form.Item name="owner_id" label={said.owner} extra={said.owner_about}>
        <PersonSelect label={said.owner} clearable />
      </Form.Item>
      <Form.Item name="from" label={said.from} rules={required}>
        <DayInput label={said.from} />
      </Form.Item>
      <Form.Item name="to" label={said.to} rules={required}>
        <DayInput label={said.to} />
      </Form.Item>
      <TicketTypeField now={props.ticket_type} />
    </div>
  );
}

/** Plans a campaign, or changes what it says. */
export function CampaignDialog(props: {
  campaign: CampaignView | null;
  onDone: (saved: CampaignView) => void;
  onClose: () => void;
}) {
  const { onDone, onClose } = props;
  // It is read again meanwhile: what others change is told, not undone.
  const [one] = useState(props.campaign);
  const said = useWords(words);
  const today = dayOf(new Date(useNow()));
  const fresh: Partial<CampaignValues> = {
    kind: "install",
    by: "filter",
    from: today,
    to: today,
    ticket_type: "incident",
  };
  const save = useChange<CampaignView, CampaignValues>(
    (values) => ({
      method: one ? "PUT" : "POST",
      path: one ? `/clients/campaigns/${one.id}` : "/clients/campaigns",
      // What the form does not show once it has begun stays as it is.
      body: {
        ...bodyOf({ ...values, machines: values.machines ?? {} }),
        ...(one && one.state !== "planned" ? { machines: one.campaign.machines } : {}),
      },
      ...(one ? { version: one.version } : {}),
    }),
    { touches: ["journal"], onDone },
  );
  return (
    <FormDialog<CampaignValues>
      open
      width={720}
      title={one ? fill(said.edit_campaign, { name: one.campaign.name }) : said.new_campaign}
      initial={one ? valuesOf(one.campaign) : fresh}
      submit={save}
      onClose={onClose}
    >
      {save.error?.status === 412 ? <Alert type="warning" title={said.stale} /> : null}
      <SoftwareFields />
      <MachineFields one={one} />
      <WhoFields ticket_type={one?.campaign.ticket_type} />
    </FormDialog>
  );
}
