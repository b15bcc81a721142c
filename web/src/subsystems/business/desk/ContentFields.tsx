import { Form, Input, Radio } from "antd";
import type { ReactNode } from "react";
import type { TicketNamedView, TicketTypeView } from "../../../api/contract";
import { useWords } from "../../../kit/language";
import { RegionSelect } from "../../../platform/directory/PlaceSelect";
import { ResourcesSelect } from "../../../platform/resources/ResourceSelect";
import { Answer } from "./Answer";
import { words } from "./words";

const LEVELS = ["high", "medium", "low"] as const;

/** The fields of what a ticket says: its subject, the questions of its type, and who asks. */
export function ContentFields(props: {
  type: TicketTypeView["type"] | undefined;
  /** Resources that are named already. */
  known?: TicketNamedView[];
  /** Fields between what it is about and whom it concerns. */
  children?: ReactNode;
}) {
  const { type, known, children } = props;
  const said = useWords(words);
  const required = [{ required: true, message: said.required }];
  const levels = LEVELS.map((value) => ({ value, label: said[value] }));
  return (
    <>
      <Form.Item name="subject" label={said.subject} rules={required}>
        <Input maxLength={200} />
      </Form.Item>
      <Form.Item name="text" label={said.text}>
        <Input.TextArea rows={5} maxLength={50_000} />
      </Form.Item>
      {type?.fields.map((field) => <Answer key={`${type.key} ${field.key}`} field={field} />)}
      {children}
      <Form.Item name="region_id" label={said.region}>
        <RegionSelect label={said.region} />
      </Form.Item>
      <Form.Item name="resource_ids" label={said.resources}>
        <ResourcesSelect label={said.resources} known={known ?? []} />
      </Form.Item>
      <Form.Item name="impact" label={said.impact} rules={required}>
        <Radio.Group aria-label={said.impact} options={levels} />
      </Form.Item>
      <Form.Item name="urgency" label={said.urgency} rules={required}>
        <Radio.Group aria-label={said.urgency} options={levels} />
      </Form.Item>
      <Form.Item name={["requester", "name"]} label={`${said.requester} · ${said.requester_name}`}>
        <Input maxLength={200} />
      </Form.Item>
      <Form.Item name={["requester", "contact"]} label={`${said.requester} · ${said.contact}`}>
        <Input maxLength={200} />
      </Form.Item>
    </>
  );
}
