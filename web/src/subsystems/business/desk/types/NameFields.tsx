import { Form, Input } from "antd";
import { useWords } from "../../../../kit/language";
import { words } from "./words";

/** What an entry of a list is called, in both languages. */
export function NameFields(props: { at: number }) {
  const { at } = props;
  const said = useWords(words);
  return (
    <>
      <Form.Item name={[at, "name", "en"]} label={said.name_en}>
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item name={[at, "name", "zh"]} label={said.name_zh}>
        <Input maxLength={100} />
      </Form.Item>
    </>
  );
}
