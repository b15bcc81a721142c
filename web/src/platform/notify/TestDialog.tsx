import { Form, Input } from "antd";
import type { ChannelView, MessageDetailView, MessageView } from "../../api/contract";
import { useChange, useOne } from "../../api/hooks";
import { ErrorPanel } from "../../kit/ErrorPanel";
import { FormDialog } from "../../kit/Form";
import { useText, useWords } from "../../kit/language";
import { fill } from "../../kit/say";
import { words as kit } from "../../kit/words";
import { useCan } from "../../shell/can";
import { Delivery } from "./Delivery";
import { MessageStateTag } from "./MessageStateTag";
import { words } from "./words";

const READ_EVERY_MS = 1000;

/** What became of a test: read again until it is done. */
function TestAnswer(props: { message: MessageView }) {
  const { id } = props.message;
  const textOf = useText();
  const refusal = useCan()("message.read");
  const read = useOne<MessageDetailView>(
    refusal === null ? `/messages/${id}` : null,
    {},
    { every_ms: READ_EVERY_MS },
  );
  if (refusal !== null) return <p className="kit-quiet">{refusal}</p>;
  if (read.problem) return <ErrorPanel problem={read.problem} onRetry={read.reload} />;
  // While another test was looked at before, its answer stands in until this one is read.
  if (!read.value || read.value.message.id !== id) return <MessageStateTag state="new" />;
  const { message, deliveries } = read.value;
  return (
    <div role="status">
      {deliveries.length === 0 ? <MessageStateTag state={message.state} /> : null}
      {deliveries.map((delivery) => (
        <Delivery key={delivery.id} delivery={delivery} />
      ))}
      <p>{textOf(message.reason)}</p>
    </div>
  );
}

/** Sends a test by a channel and shows what the far side answered. */
export function TestDialog(props: { channel: ChannelView; onClose: () => void }) {
  const { channel, onClose } = props;
  const said = useWords(words);
  const { required } = useWords(kit);
  const test = useChange<MessageView, { address?: string }>(
    (body) => ({ method: "POST", path: `/channels/${channel.id}/test`, body }),
    { touches: ["messages", "notifications"] },
  );
  const address = channel.kind === "mail" ? said.test_mail : said.test_sms;
  const about = channel.kind === "in_app" ? said.test_in_app : said.test_group;
  const addressed = channel.kind === "mail" || channel.kind === "sms";
  return (
    <FormDialog<{ address?: string }>
      open
      title={fill(said.test_title, { name: channel.name })}
      submit={test}
      submitText={said.test_send}
      width={760}
      onClose={onClose}
    >
      {addressed ? (
        <Form.Item name="address" label={address} rules={[{ required: true, message: required }]}>
          <Input autoComplete={channel.kind === "mail" ? "email" : "tel"} />
        </Form.Item>
      ) : (
        <p className="kit-quiet">{about}</p>
      )}
      {test.data ? <TestAnswer message={test.data} /> : null}
    </FormDialog>
  );
}
