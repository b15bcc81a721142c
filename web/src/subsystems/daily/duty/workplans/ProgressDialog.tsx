import { Form, InputNumber, Select } from "antd";
import { useState } from "react";
import type { WorkItemView, WorkState } from "../../../../api/contract";
import { useChange } from "../../../../api/hooks";
import { FormDialog } from "../../../../kit/Form";
import { useWords } from "../../../../kit/language";
import { fill } from "../../../../kit/say";
import { words } from "./words";

interface Values {
  state: WorkState;
  progress: number;
}

const STATES = ["open", "doing", "done", "dropped"] as const;

/** Says how far an item is: what is done is done whole. */
export function ProgressDialog(props: { one: WorkItemView; onClose: () => void }) {
  const { onClose } = props;
  // The list is read again meanwhile: what others change is told, not undone.
  const [one] = useState(props.one);
  const said = useWords(words);
  const [form] = Form.useForm<Values>();
  const state: WorkState = Form.useWatch("state", form) ?? one.state;
  const save = useChange<WorkItemView, Values>(
    (values) => ({
      method: "POST",
      path: `/duty/work-items/${one.id}/progress`,
      version: one.version,
      body: { state: values.state, progress: values.progress ?? 0 },
    }),
    { touches: ["journal"], onDone: onClose },
  );
  return (
    <FormDialog<Values>
      open
      form={form}
      title={fill(said.progress_of, { title: one.item.title })}
      initial={{ state: one.state, progress: one.progress }}
      submit={save}
      onClose={onClose}
    >
      <div className="duty-columns">
        <Form.Item name="state" label={said.state}>
          <Select options={STATES.map((value) => ({ value, label: said[value] }))} />
        </Form.Item>
        <Form.Item name="progress" label={said.per_cent}>
          <InputNumber
            min={0}
            max={100}
            precision={0}
            className="kit-wide"
            disabled={state === "done"}
          />
        </Form.Item>
      </div>
    </FormDialog>
  );
}
