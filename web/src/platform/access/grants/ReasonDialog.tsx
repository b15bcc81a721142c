import type { ReactNode } from "react";
import { useChange } from "../../../api/hooks";
import { FormDialog } from "../../../kit/Form";
import { ReasonField } from "./GrantDialog";

/** Asks why, and does it. */
export function ReasonDialog(props: {
  path: string;
  /** More of the body than the reason. */
  body?: object;
  title: string;
  action: string;
  /** Names what goes or comes. */
  children: ReactNode;
  touches: string[];
  onClose: () => void;
}) {
  const send = useChange<unknown, { reason: string }>(
    (values) => ({ method: "POST", path: props.path, body: { ...props.body, ...values } }),
    { onDone: props.onClose, touches: props.touches },
  );
  return (
    <FormDialog<{ reason: string }>
      open
      title={props.title}
      submit={send}
      submitText={props.action}
      onClose={props.onClose}
    >
      <div className="kit-confirm">{props.children}</div>
      <ReasonField />
    </FormDialog>
  );
}
