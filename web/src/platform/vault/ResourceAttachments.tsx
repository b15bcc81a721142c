import { PaperClipOutlined, UploadOutlined } from "@ant-design/icons";
import { App, Button, Empty, Upload } from "antd";
import { addressOf } from "../../api/client";
import type { AttachmentView, ResourceView } from "../../api/contract";
import { useChange, useList } from "../../api/hooks";
import { Card } from "../../kit/Card";
import { ConfirmDanger } from "../../kit/ConfirmDanger";
import { ErrorPanel } from "../../kit/ErrorPanel";
import { formatBytes } from "../../kit/format";
import { useLanguage, useWords } from "../../kit/language";
import { Permitted } from "../../kit/Permitted";
import { fill } from "../../kit/say";
import { StateTag } from "../../kit/StateTag";
import { TimeAgo } from "../../kit/TimeAgo";
import { words as kit } from "../../kit/words";
import { useCan } from "../../shell/can";
import { words } from "./words";
import "./vault.css";

function Verdict(props: { file: AttachmentView }) {
  const said = useWords(words);
  switch (props.file.verdict) {
    case "unscanned":
      return null;
    case "clean":
      return <StateTag state="ok" text={said.verdict_clean} />;
    case "pending":
      return <StateTag state="pending" text={said.verdict_pending} />;
    case "infected":
      return <StateTag state="critical" text={said.verdict_infected} />;
    case "failed":
      return <StateTag state="failed" text={said.verdict_failed} />;
  }
}

function Attachment(props: { file: AttachmentView; refusal: string | null }) {
  const { file } = props;
  const said = useWords(words);
  const language = useLanguage();
  const remove = useChange<null>(() => ({ method: "DELETE", path: `/attachments/${file.id}` }));
  const size = formatBytes(file.size_bytes, language);
  const given = file.verdict === "clean" || file.verdict === "unscanned";
  return (
    <li>
      <div>
        <PaperClipOutlined aria-hidden />{" "}
        {given ? (
          <a href={addressOf(`/attachments/${file.id}/content`)} download={file.name}>
            {file.name}
          </a>
        ) : (
          file.name
        )}{" "}
        <Verdict file={file} />
        <div className="kit-quiet">
          {fill(said.attached_by, { by: file.created_by, size })} ·{" "}
          <TimeAgo at={file.created_at} />
          {file.verdict_note ? <div>{file.verdict_note}</div> : null}
        </div>
      </div>
      <ConfirmDanger
        small
        action={said.remove}
        title={said.attachment_remove_title}
        running={remove.isPending}
        problem={remove.error}
        refusal={props.refusal}
        onConfirm={() => remove.mutateAsync()}
      >
        {fill(said.attachment_remove_what, { name: file.name })}
      </ConfirmDanger>
    </li>
  );
}

/** The files attached to a resource. */
export default function ResourceAttachments(props: { resource: ResourceView }) {
  const { id } = props.resource;
  const said = useWords(words);
  const more = useWords(kit);
  const { message } = App.useApp();
  const refusal = useCan()("attachment.change");
  const list = useList<AttachmentView>("/attachments", { kind: "resource", id });
  const attach = useChange<AttachmentView, File>(
    (file) => {
      const { name } = file;
      const query = { kind: "resource", id, name };
      return { method: "POST", path: "/attachments", query, file };
    },
    {
      touches: ["journal"],
      onDone: ({ name }) => void message.success(fill(said.attached, { name })),
    },
  );
  const send = (file: File) => {
    attach.mutate(file);
    return false;
  };
  const upload = (
    <Permitted refusal={refusal}>
      <Upload showUploadList={false} disabled={refusal !== null} beforeUpload={send}>
        <Button
          size="small"
          icon={<UploadOutlined />}
          loading={attach.isPending}
          disabled={refusal !== null}
        >
          {said.attach}
        </Button>
      </Upload>
    </Permitted>
  );
  return (
    <Card title={said.attachments} extra={upload}>
      <ErrorPanel problem={attach.error ?? list.problem} />
      {list.items.length === 0 && !list.loading && !list.problem ? (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={refusal === null ? said.attachments_empty : said.attachments_none} />
      ) : null}
      <ul className="vault-files">
        {list.items.map((file) => (
          <Attachment key={file.id} file={file} refusal={refusal} />
        ))}
      </ul>
      {list.more ? (
        <Button onClick={list.loadMore} loading={list.loadingMore}>
          {more.load_more}
        </Button>
      ) : null}
    </Card>
  );
}
