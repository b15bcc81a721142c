import { Form, Input, Radio } from "antd";
import { useState } from "react";
import type { CampaignMachineView, CampaignView, MachineState } from "../../../api/contract";
import { FormDialog } from "../../../kit/Form";
import { useWords } from "../../../kit/language";
import { fill } from "../../../kit/say";
import { MACHINE_STATES, needsReason } from "./campaign";
import { words } from "./machineWords";
import { useSay } from "./useSay";

interface Values {
  state: MachineState;
  reason?: string;
}

/** Says what became of one machine or several. */
export function SayDialog(props: {
  campaign: CampaignView;
  machines: CampaignMachineView[];
  onDone: () => void;
  onClose: () => void;
}) {
  const { campaign, onDone, onClose } = props;
  // The list is read again meanwhile: what others change is told, not undone.
  const [machines] = useState(props.machines);
  const said = useWords(words);
  const [only] = machines;
  const alone = machines.length === 1 ? only : undefined;
  const initial: Values = {
    state: alone && alone.state !== "planned" ? alone.state : "in_progress",
    reason: alone?.reason ?? "",
  };
  const [state, setState] = useState<MachineState>(initial.state);
  const say = useSay(campaign.id, onDone);
  const submit = {
    ...say,
    mutate: (values: Values) =>
      say.mutate({ machines, state: values.state, reason: values.reason ?? "" }),
  };
  const needed = needsReason(state);
  return (
    <FormDialog<Values>
      open
      title={
        alone ? fill(said.say_one, { name: alone.name }) : fill(said.say_of, { n: machines.length })
      }
      submitText={said.set}
      initial={initial}
      submit={submit}
      onClose={onClose}
      onValues={(values) => setState(values.state)}
    >
      <Form.Item name="state" label={said.state}>
        <Radio.Group
          aria-label={said.state}
          options={MACHINE_STATES.map((value) => ({ value, label: said[value] }))}
        />
      </Form.Item>
      <Form.Item
        name="reason"
        label={needed ? said.reason : said.note}
        rules={needed ? [{ required: true, whitespace: true, message: said.required }] : []}
        extra={state === "failed" && campaign.campaign.ticket_type ? said.failed_opens : null}
      >
        <Input.TextArea rows={3} maxLength={500} />
      </Form.Item>
    </FormDialog>
  );
}
