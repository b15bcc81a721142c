import { Skeleton } from "antd";
import { Link, useParams } from "react-router";
import type { DeliveryView, MessageDetailView, MessageView } from "../../api/contract";
import { useOne } from "../../api/hooks";
import { Card } from "../../kit/Card";
import { DescriptionList } from "../../kit/DescriptionList";
import { ErrorPanel } from "../../kit/ErrorPanel";
import { useText, useWords } from "../../kit/language";
import { PageHeader } from "../../kit/PageHeader";
import { fill } from "../../kit/say";
import { StateTag } from "../../kit/StateTag";
import { TimeAgo } from "../../kit/TimeAgo";
import { paths } from "../../paths";
import { Delivery } from "./Delivery";
import { MessageStateTag } from "./MessageStateTag";
import { recipientKind } from "./recipient";
import { words } from "./words";
import "./notify.css";

const READ_EVERY_MS = 2000;

function About(props: { message: MessageView }) {
  const { message } = props;
  const said = useWords(words);
  const textOf = useText();
  const { recipient } = message;
  const remarks = [
    textOf(message.reason),
    message.repeats > 0 ? fill(said.repeats, { n: message.repeats }) : "",
  ].filter(Boolean);
  return (
    <DescriptionList
      columns={3}
      items={[
        {
          key: "recipient",
          term: said.recipient,
          value: `${recipient.name || recipient.id} · ${recipientKind(said, recipient)}`,
        },
        { key: "template", term: said.template, value: <code>{message.template}</code> },
        { key: "asked", term: said.asked, value: <TimeAgo at={message.created_at} /> },
        {
          key: "finished",
          term: said.finished,
          value: message.finished_at ? <TimeAgo at={message.finished_at} /> : "–",
        },
        ...(message.link
          ? [
              {
                key: "link",
                term: said.link,
                value: <Link to={message.link}>{message.link}</Link>,
              },
            ]
          : []),
        ...(message.parent_id
          ? [
              {
                key: "parent",
                term: said.parent,
                value: <Link to={paths.message(message.parent_id)}>{said.recipient_post}</Link>,
              },
            ]
          : []),
        ...(remarks.length > 0
          ? [{ key: "reason", term: said.reason, value: remarks.join(" · ") }]
          : []),
      ]}
    />
  );
}

/** What was said, once for each wording: several ways in one language say the same. */
function Wordings(props: { deliveries: DeliveryView[] }) {
  const said = useWords(words);
  const wordings = new Map(props.deliveries.map((one) => [one.subject + one.text, one]));
  return [...wordings].map(([key, one]) => (
    <Card key={key} title={`${said.text} · ${said[one.language === "zh" ? "zh" : "en"]}`}>
      <strong>{one.subject}</strong>
      <p className="notify-answer">{one.text}</p>
    </Card>
  ));
}

/** One message: what it said, each way it went, each try, and what the far side answered. */
export default function MessagePage() {
  const { id = "" } = useParams();
  const said = useWords(words);
  const read = useOne<MessageDetailView>(`/messages/${id}`, {}, { every_ms: READ_EVERY_MS });
  if (read.problem && !read.value) {
    return <ErrorPanel problem={read.problem} onRetry={read.reload} />;
  }
  if (!read.value || read.value.message.id !== id) return <Skeleton active />;
  const { message, deliveries } = read.value;
  const tags = (
    <>
      <MessageStateTag state={message.state} />
      {message.urgent ? <StateTag state="warning" text={said.urgent} /> : null}
    </>
  );
  return (
    <div className="notify-page">
      <PageHeader title={message.subject || said.no_subject} tags={tags} />
      <Card title={said.about}>
        <About message={message} />
      </Card>
      <Card title={said.deliveries}>
        {deliveries.length === 0 ? <p className="kit-quiet">{said.deliveries_none}</p> : null}
        {deliveries.map((delivery) => (
          <Delivery key={delivery.id} delivery={delivery} />
        ))}
      </Card>
      <Wordings deliveries={deliveries} />
    </div>
  );
}
