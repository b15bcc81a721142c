import { Form, Input } from "antd";
import type { WitnessedJournalView } from "../../api/contract";
import { useChange } from "../../api/hooks";
import { FormDialog } from "../../kit/Form";
import { useWords } from "../../kit/language";
import { fill } from "../../kit/say";
import { words } from "./words";

interface Beginning {
  reason: string;
}

/** Lets a witnessed journal begin anew, as after a restore; whoever comes later reads why. */
export function BeginAnewDialog(props: { journal: WitnessedJournalView; onClose: () => void }) {
  const { journal, onClose } = props;
  const said = useWords(words);
  const begin = useChange<void, Beginning>(
    (body) => ({
      method: "POST",
      path: `/journal/witnessed/${encodeURIComponent(journal.journal)}/anew`,
      body,
    }),
    { onDone: onClose },
  );
  return (
    <FormDialog<Beginning>
      open
      title={fill(said.witness_anew_title, { name: journal.sender })}
      submit={begin}
      submitText={said.witness_anew}
      onClose={onClose}
    >
      <p className="kit-quiet">{said.witness_anew_about}</p>
      <Form.Item name="reason" label={said.witness_reason} rules={[{ required: true }]}>
        <Input.TextArea rows={2} maxLength={500} />
      </Form.Item>
    </FormDialog>
  );
}
