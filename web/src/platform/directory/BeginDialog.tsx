import { Form } from "antd";
import { useChange } from "../../api/hooks";
import { DayInput } from "../../kit/DayInput";
import { FormDialog } from "../../kit/Form";
import { useWords } from "../../kit/language";
import { fill } from "../../kit/say";
import { words } from "./words";

interface Beginning {
  at: string;
}

/** Corrects since when a unit or a region is there, to an earlier day. */
export function BeginDialog(props: {
  /** Where the day is sent, such as `/units/7/begin`. */
  path: string;
  version: number;
  name: string;
  onClose: () => void;
}) {
  const said = useWords(words);
  const begin = useChange<unknown, Beginning>(
    (body) => ({ method: "POST", path: props.path, version: props.version, body }),
    { onDone: props.onClose, touches: ["units", "regions", "journal"] },
  );
  return (
    <FormDialog<Beginning>
      open
      title={fill(said.begin_of, { name: props.name })}
      submit={begin}
      submitText={said.begin}
      onClose={props.onClose}
    >
      <Form.Item
        name="at"
        label={said.begin_day}
        extra={said.begin_about}
        rules={[{ required: true, message: said.required }]}
      >
        <DayInput />
      </Form.Item>
    </FormDialog>
  );
}
