import { Alert, Button, Modal, Space } from "antd";
import { useState } from "react";
import type { MailboxFoundView, MailboxView } from "../../../../api/contract";
import { useChange } from "../../../../api/hooks";
import { ErrorPanel } from "../../../../kit/ErrorPanel";
import { useWords } from "../../../../kit/language";
import { Permitted } from "../../../../kit/Permitted";
import { fill } from "../../../../kit/say";
import { words } from "./words";

/** Connects to a mailbox and shows what the far side said. */
export function TestMailbox(props: { mailbox: MailboxView; refusal: string | null }) {
  const { mailbox, refusal } = props;
  const { name, host, port, user, folder } = mailbox.mailbox;
  const said = useWords(words);
  const [open, setOpen] = useState(false);
  const test = useChange<MailboxFoundView>(() => ({
    method: "POST",
    path: `/mailboxes/${mailbox.id}/test`,
  }));
  const start = () => {
    setOpen(true);
    test.mutate();
  };
  const close = () => setOpen(false);
  return (
    <>
      <Permitted refusal={refusal}>
        <Button size="small" disabled={refusal !== null} onClick={start}>
          {said.test}
        </Button>
      </Permitted>
      <Modal
        open={open}
        title={fill(said.test_of, { name })}
        onCancel={close}
        destroyOnHidden
        footer={
          <Space>
            <Button loading={test.isPending} onClick={() => test.mutate()}>
              {said.test_again}
            </Button>
            <Button type="primary" onClick={close}>
              {said.close}
            </Button>
          </Space>
        }
      >
        <div aria-live="polite">
          {test.isPending ? <p>{fill(said.testing, { host, port })}</p> : null}
          {test.isPending ? null : <ErrorPanel problem={test.error} />}
          {test.data && !test.isPending ? (
            <Alert
              type="success"
              showIcon
              title={said.test_ok}
              description={fill(said.test_found, { host, user, folder, ...test.data })}
            />
          ) : null}
        </div>
      </Modal>
    </>
  );
}
