import { MoreOutlined } from "@ant-design/icons";
import { App, Button, Dropdown, Space } from "antd";
import { useState } from "react";
import type { SecretView } from "../../api/contract";
import { useChange } from "../../api/hooks";
import { ConfirmDanger } from "../../kit/ConfirmDanger";
import { useWords } from "../../kit/language";
import { Permitted } from "../../kit/Permitted";
import { fill } from "../../kit/say";
import { useCan } from "../../shell/can";
import { ReplaceDialog } from "./ReplaceDialog";
import { SecretDialog } from "./SecretDialog";
import { words } from "./words";

type Dialog = "edit" | "replace" | null;

/** What can be done with a secret: another value, another seal, other words, its end. */
export function SecretActions(props: { secret: SecretView }) {
  const { secret } = props;
  const said = useWords(words);
  const { message } = App.useApp();
  const refusal = useCan()("secret.change");
  const [dialog, setDialog] = useState<Dialog>(null);
  const { name, version } = secret;
  const path = `/secrets/${secret.id}`;
  const reseal = useChange<SecretView>(
    () => ({ method: "POST", path: `${path}/reseal`, version }),
    { onDone: () => void message.success(fill(said.resealed, { name })) },
  );
  const remove = useChange<null>(() => ({ method: "DELETE", path, version }), {
    touches: ["vault"],
  });
  const disabled = refusal !== null;
  const close = () => setDialog(null);
  const sealAnew = () =>
    reseal.mutate(undefined, { onError: (problem) => void message.error(problem.message) });
  const items = [
    { key: "edit", label: said.edit, disabled, onClick: () => setDialog("edit") },
    { key: "reseal", label: said.reseal, disabled, onClick: sealAnew },
  ];
  return (
    <Space>
      <Permitted refusal={refusal}>
        <Button size="small" disabled={disabled} onClick={() => setDialog("replace")}>
          {said.replace}
        </Button>
      </Permitted>
      <Dropdown autoFocus trigger={["click"]} menu={{ items }}>
        <Button size="small" icon={<MoreOutlined />} aria-label={`${said.more} ${name}`} />
      </Dropdown>
      <ConfirmDanger
        small
        action={said.remove}
        title={fill(said.remove_title, { name })}
        running={remove.isPending}
        problem={remove.error}
        refusal={refusal}
        onConfirm={() => remove.mutateAsync()}
      >
        {fill(said.remove_what, { name })}
      </ConfirmDanger>
      {dialog === "edit" ? <SecretDialog secret={secret} onClose={close} /> : null}
      {dialog === "replace" ? <ReplaceDialog secret={secret} onClose={close} /> : null}
    </Space>
  );
}
