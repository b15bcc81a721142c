import { Form, Input, Select } from "antd";
import type { IncidentView } from "../../../../api/contract";
import { useChange, useList } from "../../../../api/hooks";
import { FormDialog } from "../../../../kit/Form";
import { useText, useWords } from "../../../../kit/language";
import { ResourceSelect } from "../../../../platform/resources/ResourceSelect";
import { words } from "./words";

interface DialogProps {
  incident: IncidentView;
  onClose: () => void;
}

const TOUCHES = ["journal", "incident-lessons"];

/** Gives an incident to somebody. */
export function AssignDialog({ incident, onClose }: DialogProps) {
  const said = useWords(words);
  const send = useChange<IncidentView, { assignee?: string }>(
    ({ assignee }) => ({
      method: "POST",
      path: `/incidents/${incident.id}/assign`,
      version: incident.version,
      body: { assignee: assignee || null },
    }),
    { touches: TOUCHES, onDone: onClose },
  );
  return (
    <FormDialog<{ assignee?: string }>
      open
      title={said.assign}
      submit={send}
      submitText={said.save}
      initial={{ assignee: incident.assignee ?? "" }}
      onClose={onClose}
    >
      <Form.Item name="assignee" label={said.assignee} extra={said.assignee_hint}>
        <Input autoFocus maxLength={100} />
      </Form.Item>
    </FormDialog>
  );
}

/** Takes the alerts of another open incident in. */
export function MergeDialog({ incident, onClose }: DialogProps) {
  const said = useWords(words);
  const text = useText();
  const open = useList<IncidentView>("/incidents", { state: "open", limit: 200 });
  const send = useChange<IncidentView, { from: string }>(
    (body) => ({
      method: "POST",
      path: `/incidents/${incident.id}/merge`,
      version: incident.version,
      body,
    }),
    { touches: TOUCHES, onDone: onClose },
  );
  const others = open.items.filter((one) => one.id !== incident.id);
  return (
    <FormDialog<{ from: string }>
      open
      title={said.merge}
      submit={send}
      submitText={said.save}
      onClose={onClose}
    >
      <Form.Item
        name="from"
        label={said.merge_from}
        extra={said.merge_about}
        rules={[{ required: true, message: said.required }]}
      >
        <Select
          showSearch={{ optionFilterProp: "label" }}
          loading={open.loading}
          options={others.map((one) => ({ value: one.id, label: text(one.title) }))}
        />
      </Form.Item>
    </FormDialog>
  );
}

/** Says what the cause is. */
export function CauseDialog({ incident, onClose }: DialogProps) {
  const said = useWords(words);
  const send = useChange<IncidentView, { resource_id: string }>(
    (body) => ({
      method: "POST",
      path: `/incidents/${incident.id}/cause`,
      version: incident.version,
      body,
    }),
    { touches: TOUCHES, onDone: onClose },
  );
  return (
    <FormDialog<{ resource_id: string }>
      open
      title={said.set_cause}
      submit={send}
      submitText={said.save}
      onClose={onClose}
    >
      <Form.Item
        name="resource_id"
        label={said.cause}
        rules={[{ required: true, message: said.required }]}
      >
        <ResourceSelect label={said.cause} />
      </Form.Item>
    </FormDialog>
  );
}
