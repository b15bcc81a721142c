import { Button, Modal } from "antd";
import type { ReactNode } from "react";
import { useState } from "react";
import { ErrorPanel } from "./ErrorPanel";
import { useWords } from "./language";
import { Permitted } from "./Permitted";
import { words } from "./words";

export interface ConfirmDangerProps {
  /** The word on the button that opens the question and on the one that does it. */
  action: string;
  title: string;
  /** Names what goes. */
  children: ReactNode;
  running: boolean;
  problem: unknown;
  /** Does it; resolve to close the question, reject to keep it open with `problem`. */
  onConfirm: () => Promise<unknown>;
  /** Why it is not allowed, or null when it is. */
  refusal?: string | null;
  icon?: ReactNode;
  small?: boolean;
}

/** A destructive step: names what goes and asks once. */
export function ConfirmDanger(props: ConfirmDangerProps) {
  const said = useWords(words);
  const [open, setOpen] = useState(false);
  const confirm = () => {
    props.onConfirm().then(
      () => setOpen(false),
      () => undefined,
    );
  };
  return (
    <>
      <Permitted refusal={props.refusal ?? null}>
        <Button
          danger
          icon={props.icon}
          size={props.small ? "small" : "middle"}
          disabled={Boolean(props.refusal)}
          onClick={() => setOpen(true)}
        >
          {props.action}
        </Button>
      </Permitted>
      <Modal
        open={open}
        title={props.title}
        okText={props.action}
        okType="danger"
        cancelText={said.cancel}
        confirmLoading={props.running}
        onOk={confirm}
        onCancel={() => setOpen(false)}
        destroyOnHidden
      >
        <ErrorPanel problem={props.problem} />
        <div className="kit-confirm">{props.children}</div>
      </Modal>
    </>
  );
}
