import { ReloadOutlined } from "@ant-design/icons";
import { Button, Steps } from "antd";
import { useState } from "react";
import type { EnquiryStatusView } from "../../../../api/contract";
import { Card } from "../../../../kit/Card";
import { DescriptionList } from "../../../../kit/DescriptionList";
import { ErrorPanel } from "../../../../kit/ErrorPanel";
import { useWords } from "../../../../kit/language";
import { TimeAgo } from "../../../../kit/TimeAgo";
import { AddText } from "./AddText";
import { RateAnswer } from "./RateAnswer";
import { useCodeAsk } from "./useStatus";
import { words } from "./words";

const STEPS = ["received", "being_handled", "answered"] as const;

function Thread(props: { status: EnquiryStatusView }) {
  const said = useWords(words);
  const { lines } = props.status;
  if (lines.length === 0) return <p className="kit-quiet">{said.thread_none}</p>;
  return (
    <ol className="enquiry-thread">
      {lines.map((line) => (
        <li key={`${line.at} ${line.text}`} className={line.own ? "enquiry-own" : "enquiry-theirs"}>
          <div className="kit-quiet">
            <strong>{line.own ? said.own : said.theirs}</strong> · <TimeAgo at={line.at} />
          </div>
          <div className="desk-text">{line.text}</div>
        </li>
      ))}
    </ol>
  );
}

/** How far an enquiry is, what was said, and what its writer can still do. */
export function StatusPanel(props: { code: string; first: EnquiryStatusView }) {
  const { code, first } = props;
  const said = useWords(words);
  const [status, setStatus] = useState(first);
  const look = useCodeAsk<{ code: string }>("/status", setStatus);
  const again = (
    <Button
      size="small"
      icon={<ReloadOutlined />}
      loading={look.isPending}
      onClick={() => look.mutate({ code })}
    >
      {said.look_again}
    </Button>
  );
  return (
    <div className="desk-page enquiry-status">
      <Card title={`${status.number} ${status.subject}`} extra={again}>
        <ErrorPanel problem={look.error} />
        <Steps
          aria-label={said.progress}
          size="small"
          status={status.progress === "answered" ? "finish" : "process"}
          current={STEPS.indexOf(status.progress)}
          items={STEPS.map((step) => ({ title: said[step] }))}
        />
        <p role="status" className="enquiry-progress">
          {said.progress}: <strong>{said[status.progress]}</strong>
        </p>
        <DescriptionList
          items={[
            { key: "received", term: said.received_at, value: <TimeAgo at={status.received_at} /> },
            { key: "changed", term: said.changed_at, value: <TimeAgo at={status.changed_at} /> },
          ]}
        />
      </Card>
      <Card title={said.thread}>
        <Thread status={status} />
      </Card>
      {status.may_rate || status.rating ? (
        <Card title={said.rate}>
          <RateAnswer code={code} status={status} onStatus={setStatus} />
        </Card>
      ) : null}
      <Card title={said.add}>
        {status.may_add ? (
          <AddText code={code} onStatus={setStatus} />
        ) : (
          <p className="kit-quiet">{said.add_over}</p>
        )}
      </Card>
    </div>
  );
}
