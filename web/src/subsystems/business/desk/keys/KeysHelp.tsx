import { QuestionCircleOutlined } from "@ant-design/icons";
import { Button, Modal } from "antd";
import { useWords } from "../../../../kit/language";
import { words } from "./words";

const KEYS = [
  ["j", "key_j"],
  ["k", "key_k"],
  ["Enter", "key_enter"],
  ["x", "key_x"],
  ["?", "key_help"],
] as const;

/** Tells which keys a list of tickets has. */
export function KeysHelp(props: { open: boolean; onOpen: (open: boolean) => void }) {
  const said = useWords(words);
  const close = () => props.onOpen(false);
  return (
    <>
      <Button
        icon={<QuestionCircleOutlined />}
        aria-keyshortcuts="?"
        aria-label={said.keys}
        title={said.keys}
        onClick={() => props.onOpen(true)}
      />
      <Modal
        open={props.open}
        title={said.keys}
        width={440}
        onCancel={close}
        destroyOnHidden
        footer={<Button onClick={close}>{said.close}</Button>}
      >
        <p className="kit-quiet">{said.keys_about}</p>
        <table className="desk-keys">
          <thead>
            <tr>
              <th scope="col">{said.key}</th>
              <th scope="col">{said.does}</th>
            </tr>
          </thead>
          <tbody>
            {KEYS.map(([key, word]) => (
              <tr key={key}>
                <td>
                  <kbd>{key}</kbd>
                </td>
                <td>{said[word]}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Modal>
    </>
  );
}
