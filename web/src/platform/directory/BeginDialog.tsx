import { Form } from "antd";
import { useChange } from "../../api/hooks";
import { DayInput } from "../../kit/DayInput";
import { FormDialog } from "../../kit/Form";
import { useWords } from "../../kit/language";
import { words } from "./words";

interface Beginning {
  at: string;
}

/** Corrects since when a unit or a region is there, or a post is held, to an earlier day. */
export function BeginDialog(props: {
  /** Where the day is sent, such as `/units/7/begin`. */
  path: string;
  version: number;
  title: string;
  about: string;
  onClose: () => void;
}) {
  const said = useWords(words);
  const begin = useChange<unknown, Beginning>(
    (body) => ({ method: "POST", path: props.path, version: props.version, body }),
    { onDone: props.onClose, touches: ["units", "regions", "holdings", "people", "journal"] },
  );
  return (
    <FormDialog<Beginning>
      open
      title={props.title}
      submit={begin}
      submitText={said.begin}
      onClose={props.onClose}
    >
      <Form.Item
        name="at"
        label={said.begin_day}
        extra={props.about}
        rules={[{ required: true, message: said.required }]}
      >
        <DayInput />
      </Form.Item>
    </FormDialog>
  );
}
