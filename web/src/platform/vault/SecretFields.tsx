import { DatePicker, Form, Input, Select } from "antd";
import type { Dayjs } from "dayjs";
import type { SecretKind } from "../../api/contract";
import { useWords } from "../../kit/language";
import { words as kit } from "../../kit/words";
import { UnitSelect } from "../directory/PlaceSelect";
import { hasLines, SECRET_KINDS, useKindTitle } from "./kinds";
import { words } from "./words";

const VALUE_LENGTH_MAX = 65_536;

/** What the form of a secret holds; `value` only when it is made. */
export interface SecretForm {
  name: string;
  kind?: SecretKind;
  value?: string;
  owner?: string;
  unit_id?: string | null;
  expires_at?: Dayjs | null;
  description?: string;
}

/** The secret text itself: hidden while typed, but for keys, which have many lines. */
export function ValueField(props: { lines: boolean }) {
  const said = useWords(words);
  const { required } = useWords(kit);
  return (
    <Form.Item
      name="value"
      label={said.value}
      extra={said.value_about}
      rules={[{ required: true, message: required }]}
    >
      {props.lines ? (
        <Input.TextArea rows={6} autoComplete="off" spellCheck={false} className="kit-code" />
      ) : (
        <Input.Password maxLength={VALUE_LENGTH_MAX} autoComplete="new-password" />
      )}
    </Form.Item>
  );
}

/** The fields of a secret: what it is, whose, and until when it is good. */
export function SecretFields(props: { making: boolean }) {
  const said = useWords(words);
  const { required } = useWords(kit);
  const titleOf = useKindTitle();
  const chosen = Form.useWatch("kind");
  const rules = [{ required: true, message: required }];
  return (
    <>
      <Form.Item name="name" label={said.name} rules={rules}>
        <Input maxLength={200} autoComplete="off" />
      </Form.Item>
      {props.making ? (
        <>
          <Form.Item name="kind" label={said.kind} rules={rules}>
            <Select options={SECRET_KINDS.map((kind) => ({ value: kind, label: titleOf(kind) }))} />
          </Form.Item>
          <ValueField lines={hasLines(chosen)} />
        </>
      ) : null}
      <Form.Item name="owner" label={said.owner}>
        <Input maxLength={200} autoComplete="off" />
      </Form.Item>
      <Form.Item name="unit_id" label={said.unit}>
        <UnitSelect label={said.unit} />
      </Form.Item>
      <Form.Item name="expires_at" label={said.expires}>
        <DatePicker showTime className="kit-wide" />
      </Form.Item>
      <Form.Item name="description" label={said.description}>
        <Input.TextArea rows={2} maxLength={2000} />
      </Form.Item>
    </>
  );
}
