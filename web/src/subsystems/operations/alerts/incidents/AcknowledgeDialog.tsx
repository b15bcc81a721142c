import { Form, Input, Select } from "antd";
import type { IncidentView } from "../../../../api/contract";
import { useChange } from "../../../../api/hooks";
import { FormDialog } from "../../../../kit/Form";
import { useWords } from "../../../../kit/language";
import { fill } from "../../../../kit/say";
import { words } from "./words";

interface Values {
  comment?: string;
  hours: number;
}

const HOURS = [1, 4, 12, 24, 72];

/** Says that one cares, for good or for some hours. */
export function AcknowledgeDialog(props: { incident: IncidentView; onClose: () => void }) {
  const { incident, onClose } = props;
  const said = useWords(words);
  const send = useChange<IncidentView, Values>(
    ({ comment, hours }) => ({
      method: "POST",
      path: `/incidents/${incident.id}/acknowledge`,
      version: incident.version,
      body: {
        ...(comment ? { comment } : {}),
        ...(hours > 0 ? { until: new Date(Date.now() + hours * 3_600_000).toISOString() } : {}),
      },
    }),
    { touches: ["journal"], onDone: onClose },
  );
  const choices = HOURS.map((hours) => ({
    value: hours,
    label: fill(said.until_hours, { hours: String(hours) }),
  }));
  return (
    <FormDialog<Values>
      open
      title={said.acknowledge}
      submit={send}
      submitText={said.acknowledge}
      initial={{ hours: 0 }}
      onClose={onClose}
    >
      <Form.Item name="comment" label={said.comment}>
        <Input.TextArea autoFocus maxLength={1000} rows={2} />
      </Form.Item>
      <Form.Item name="hours" label={said.until}>
        <Select options={[{ value: 0, label: said.until_open }, ...choices]} />
      </Form.Item>
    </FormDialog>
  );
}
