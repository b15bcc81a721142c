import { Form, Input } from "antd";
import { DayInput } from "../../kit/DayInput";
import { useWords } from "../../kit/language";
import { words } from "./words";

/** The fields of a name in both languages; one of them is enough. */
export function NameFields(props: { name?: string; at?: number; labels?: [string, string] }) {
  const said = useWords(words);
  const own = props.name ?? "name";
  const path = (part: string) => (props.at === undefined ? [own, part] : [props.at, own, part]);
  const [zh, en] = props.labels ?? [said.name_zh, said.name_en];
  return (
    <>
      <Form.Item name={path("zh")} label={zh}>
        <Input maxLength={200} />
      </Form.Item>
      <Form.Item name={path("en")} label={en}>
        <Input maxLength={200} />
      </Form.Item>
    </>
  );
}

/** From when a change holds. */
export function FromField() {
  const said = useWords(words);
  return (
    <Form.Item name="from" label={said.from} extra={said.from_about}>
      <DayInput />
    </Form.Item>
  );
}

/** The code of a thing, by which a file names it. */
export function CodeField() {
  const said = useWords(words);
  return (
    <Form.Item name="code" label={said.code} rules={[{ required: true, message: said.required }]}>
      <Input maxLength={64} spellCheck={false} autoComplete="off" />
    </Form.Item>
  );
}
