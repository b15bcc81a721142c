import { PaperClipOutlined } from "@ant-design/icons";
import { addressOf } from "../../../../api/client";
import type { AttachmentView, DeskMailView } from "../../../../api/contract";
import { useItems } from "../../../../api/hooks";
import { DescriptionList } from "../../../../kit/DescriptionList";
import { ErrorPanel } from "../../../../kit/ErrorPanel";
import { formatBytes } from "../../../../kit/format";
import { useLanguage, useText, useWords } from "../../../../kit/language";
import { fill } from "../../../../kit/say";
import { useCan } from "../../../../shell/can";
import { words } from "./words";

function Files(props: { id: string }) {
  const said = useWords(words);
  const language = useLanguage();
  const refusal = useCan()("attachment.read");
  const path = refusal === null ? "/attachments" : null;
  const files = useItems<AttachmentView>(path, { kind: "mail", id: props.id });
  if (refusal !== null) return <span className="kit-quiet">{said.files_refused}</span>;
  if (files.problem) return <ErrorPanel problem={files.problem} onRetry={files.reload} />;
  if (files.loading) return null;
  if (files.items.length === 0) return <span className="kit-quiet">{said.files_none}</span>;
  return (
    <ul className="desk-list">
      {files.items.map(({ id, name, size_bytes, verdict }) => (
        <li key={id}>
          <PaperClipOutlined aria-hidden />{" "}
          {verdict === "clean" || verdict === "unscanned" ? (
            <a href={addressOf(`/attachments/${id}/content`)} download={name}>
              {name}
            </a>
          ) : (
            `${name} (${fill(said.withheld, { verdict })})`
          )}{" "}
          <span className="kit-quiet">{formatBytes(size_bytes, language)}</span>
        </li>
      ))}
    </ul>
  );
}

/** What is known of a mail, and what was kept of it. */
export function MailDetail(props: { mail: DeskMailView }) {
  const { mail } = props;
  const said = useWords(words);
  const reason = useText()(mail.reason);
  const failed = mail.attempts > 0 ? fill(said.attempts, { n: mail.attempts }) : "";
  const items = [
    { key: "reason", term: said.reason, value: [reason, failed].filter(Boolean).join(" · ") || "–" },
    { key: "message", term: said.message_id, value: <code>{mail.message_id || "–"}</code> },
    { key: "files", term: said.files, value: <Files id={mail.id} /> },
  ];
  return <DescriptionList items={items} columns={1} />;
}
