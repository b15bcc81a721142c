import { Button, Modal } from "antd";
import { CopyOnce } from "../../../kit/CopyOnce";
import { useWords } from "../../../kit/language";
import { words } from "./words";

/** New recovery codes, shown a single time. */
export function RecoveryCodes(props: { codes: string[]; onClose: () => void }) {
  const said = useWords(words);
  return (
    <Modal
      open
      title={said.recovery_codes}
      closable={false}
      mask={{ closable: false }}
      keyboard={false}
      footer={<Button onClick={props.onClose}>{said.done}</Button>}
    >
      <p>{said.recovery_about}</p>
      <ol aria-label={said.recovery_codes}>
        {props.codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ol>
      <CopyOnce secret={props.codes.join("\n")} label={said.recovery_codes} />
    </Modal>
  );
}
