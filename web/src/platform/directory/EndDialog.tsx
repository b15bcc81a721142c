import { Form } from "antd";
import type { ReactNode } from "react";
import { useChange } from "../../api/hooks";
import { DayInput } from "../../kit/DayInput";
import { filledIn } from "../../kit/days";
import { FormDialog } from "../../kit/Form";
import { useWords } from "../../kit/language";
import { words } from "./words";

export interface EndDialogProps {
  /** Where the end is sent, such as `/units/7/close`. */
  path: string;
  version: number;
  title: string;
  action: string;
  /** Names what ends. */
  children: ReactNode;
  touches: string[];
  onClose: () => void;
}

/** Ends something of the directory, on a day. */
export function EndDialog(props: EndDialogProps) {
  const said = useWords(words);
  const end = useChange<unknown, { at?: string }>(
    (values) => ({
      method: "POST",
      path: props.path,
      version: props.version,
      body: filledIn(values),
    }),
    { onDone: props.onClose, touches: props.touches },
  );
  return (
    <FormDialog<{ at?: string }>
      open
      title={props.title}
      submit={end}
      submitText={props.action}
      onClose={props.onClose}
    >
      <p>{props.children}</p>
      <Form.Item name="at" label={said.day_of_end} extra={said.from}>
        <DayInput />
      </Form.Item>
    </FormDialog>
  );
}
