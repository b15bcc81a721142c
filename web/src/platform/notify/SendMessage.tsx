import { SendOutlined } from "@ant-design/icons";
import { Button, Form, Input, Select, Switch } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import type { ChannelView } from "../../api/contract";
import { useChange, useItems } from "../../api/hooks";
import { FormDialog } from "../../kit/Form";
import { useWords } from "../../kit/language";
import { Permitted } from "../../kit/Permitted";
import { words as kit } from "../../kit/words";
import { paths } from "../../paths";
import { useCan } from "../../shell/can";
import { PartySelect } from "./PartySelect";
import { words } from "./words";

interface MessageForm {
  recipient: { kind: string; id: string };
  parameters: { subject: string; text: string };
  urgent?: boolean;
}

const KINDS = ["person", "post", "user", "channel", "mail", "sms"] as const;

function RecipientField(props: { kind: string }) {
  const said = useWords(words);
  const { required } = useWords(kit);
  const channels = useItems<ChannelView>(props.kind === "channel" ? "/channels" : null);
  const inputOf = () => {
    switch (props.kind) {
      case "person":
        return <PartySelect path="/people" label={said.recipient} />;
      case "post":
        return <PartySelect path="/posts" label={said.recipient} />;
      case "user":
        return <PartySelect path="/users" label={said.recipient} />;
      case "channel":
        return (
          <Select options={channels.items.map((one) => ({ value: one.id, label: one.name }))} />
        );
      default:
        return <Input autoComplete="off" />;
    }
  };
  return (
    <Form.Item
      name={["recipient", "id"]}
      label={said.recipient}
      rules={[{ required: true, message: required }]}
    >
      {inputOf()}
    </Form.Item>
  );
}

function SendDialog(props: { onClose: () => void }) {
  const said = useWords(words);
  const { required } = useWords(kit);
  const navigate = useNavigate();
  const [form] = Form.useForm<MessageForm>();
  const [kind, setKind] = useState<string>("person");
  const send = useChange<{ id: string }, MessageForm>(
    (body) => ({ method: "POST", path: "/messages", body: { ...body, template: "message.plain" } }),
    { touches: ["notifications"], onDone: ({ id }) => void navigate(paths.message(id)) },
  );
  const rules = [{ required: true, message: required }];
  const follow = (chosen: string) => {
    setKind(chosen);
    form.resetFields([["recipient", "id"]]);
  };
  return (
    <FormDialog<MessageForm>
      open
      title={said.send}
      submit={send}
      submitText={said.send}
      form={form}
      initial={{ recipient: { kind: "person", id: "" } }}
      onClose={props.onClose}
    >
      <Form.Item name={["recipient", "kind"]} label={said.kind} rules={rules}>
        <Select
          onChange={follow}
          options={KINDS.map((value) => ({ value, label: said[`recipient_${value}`] }))}
        />
      </Form.Item>
      <RecipientField key={kind} kind={kind} />
      <Form.Item name={["parameters", "subject"]} label={said.subject} rules={rules}>
        <Input maxLength={200} />
      </Form.Item>
      <Form.Item name={["parameters", "text"]} label={said.text} rules={rules}>
        <Input.TextArea rows={4} maxLength={10_000} />
      </Form.Item>
      <Form.Item
        name="urgent"
        label={said.urgent}
        extra={said.urgent_about}
        valuePropName="checked"
      >
        <Switch />
      </Form.Item>
    </FormDialog>
  );
}

/** Sends a message to somebody, and then shows what becomes of it. */
export function SendMessage() {
  const said = useWords(words);
  const refusal = useCan()("message.send");
  const [open, setOpen] = useState(false);
  return (
    <>
      <Permitted refusal={refusal}>
        <Button
          type="primary"
          icon={<SendOutlined />}
          disabled={refusal !== null}
          onClick={() => setOpen(true)}
        >
          {said.send}
        </Button>
      </Permitted>
      {open ? <SendDialog onClose={() => setOpen(false)} /> : null}
    </>
  );
}
