import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Form, Input } from "antd";
import { useWords } from "../../kit/language";
import { SecretSelect } from "./SecretSelect";
import { words } from "./words";

/** Lines of a name and a text, or of a name and a secret. */
export function PairsField(props: { path: string[]; label: string; secrets: boolean }) {
  const said = useWords(words);
  return (
    <Form.Item label={props.label}>
      <Form.List name={props.path}>
        {(lines, { add, remove }) => (
          <>
            {lines.map(({ key, name }) => (
              <div key={key} className="notify-pair">
                <Form.Item name={[name, "name"]} noStyle>
                  <Input aria-label={said.pair_name} placeholder={said.pair_name} />
                </Form.Item>
                <Form.Item name={[name, "value"]} noStyle>
                  {props.secrets ? (
                    <SecretSelect label={said.pair_value} />
                  ) : (
                    <Input aria-label={said.pair_value} placeholder={said.pair_value} />
                  )}
                </Form.Item>
                <Button
                  type="text"
                  icon={<DeleteOutlined />}
                  aria-label={said.pair_remove}
                  onClick={() => remove(name)}
                />
              </div>
            ))}
            <Button size="small" icon={<PlusOutlined />} onClick={() => add({})}>
              {said.add}
            </Button>
          </>
        )}
      </Form.List>
    </Form.Item>
  );
}
