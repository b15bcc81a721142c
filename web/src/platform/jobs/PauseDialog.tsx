import { Form, Input } from "antd";
import type { JobView } from "../../api/contract";
import { useChange } from "../../api/hooks";
import { FormDialog } from "../../kit/Form";
import { useText, useWords } from "../../kit/language";
import { fill } from "../../kit/say";
import { words } from "./words";

interface Pause {
  reason: string;
}

/** Pauses a job; whoever comes later reads why. */
export function PauseDialog(props: { job: JobView; open: boolean; onClose: () => void }) {
  const { job, open, onClose } = props;
  const said = useWords(words);
  const textOf = useText();
  const pause = useChange<JobView, Pause>(
    (body) => ({ method: "POST", path: `/jobs/${encodeURIComponent(job.name)}/pause`, body }),
    { onDone: onClose },
  );
  return (
    <FormDialog<Pause>
      open={open}
      title={fill(said.pause_title, { job: textOf(job.title) })}
      submit={pause}
      submitText={said.pause}
      onClose={onClose}
    >
      <p className="kit-quiet">{said.pause_about}</p>
      <Form.Item name="reason" label={said.reason} rules={[{ required: true }]}>
        <Input.TextArea rows={2} maxLength={500} />
      </Form.Item>
    </FormDialog>
  );
}
