import { Button, Modal, Space } from "antd";
import type { PublicationView } from "../../../../api/contract";
import { useChange } from "../../../../api/hooks";
import { ErrorPanel } from "../../../../kit/ErrorPanel";
import { useWords } from "../../../../kit/language";
import { Permitted } from "../../../../kit/Permitted";
import { useCan } from "../../../../shell/can";
import { OriginalOf, Redacted } from "./Original";
import { words } from "./words";

/** A redacted copy beside the original, to be published by somebody else, or withdrawn. */
export function CompareDialog(props: { publication: PublicationView; onClose: () => void }) {
  const { publication, onClose } = props;
  const said = useWords(words);
  const refusal = useCan()("ticket.assign");
  const decide = useChange<PublicationView, "approve" | "withdraw">(
    (what) => ({
      method: "POST",
      path: `/publications/${publication.id}/${what}`,
      version: publication.version,
    }),
    { touches: ["journal"], onDone: onClose },
  );
  const disabled = refusal !== null || decide.isPending;
  const { state } = publication;
  return (
    <Modal
      open
      width={960}
      title={publication.title}
      onCancel={onClose}
      footer={
        <Space wrap>
          <Button onClick={onClose}>{said.close}</Button>
          {state === "withdrawn" ? null : (
            <Permitted refusal={refusal}>
              <Button danger disabled={disabled} onClick={() => decide.mutate("withdraw")}>
                {said.withdraw}
              </Button>
            </Permitted>
          )}
          {state === "proposed" ? (
            <Permitted refusal={refusal}>
              <Button type="primary" disabled={disabled} onClick={() => decide.mutate("approve")}>
                {said.approve}
              </Button>
            </Permitted>
          ) : null}
        </Space>
      }
    >
      <ErrorPanel problem={decide.error} />
      {state === "proposed" ? <p className="kit-quiet">{said.by_another}</p> : null}
      <div className="desk-sides">
        <OriginalOf ticket_id={publication.ticket_id} entry={publication.entry} />
        <Redacted
          title={publication.title}
          text={publication.text}
          heading={said.redacted}
        />
      </div>
    </Modal>
  );
}
