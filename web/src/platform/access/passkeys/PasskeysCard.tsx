import { App, Button } from "antd";
import { useState } from "react";
import type { PasskeyView } from "../../../api/contractSignIn";
import { useChange, useItems } from "../../../api/hooks";
import { Card } from "../../../kit/Card";
import { useWords } from "../../../kit/language";
import { ListTable } from "../../../kit/ListTable";
import { fill } from "../../../kit/say";
import { TimeAgo } from "../../../kit/TimeAgo";
import { PasswordDialog } from "../secondFactor/PasswordDialog";
import type { PasswordAgain } from "../secondFactor/PasswordDialog";
import { words as factorWords } from "../secondFactor/words";
import { AddPasskeyDialog } from "./AddPasskeyDialog";
import { words } from "./words";

function RemoveDialog(props: { passkey: PasskeyView; onClose: () => void }) {
  const { passkey, onClose } = props;
  const said = useWords(words);
  const { message } = App.useApp();
  const removed = useWords(factorWords).removed_passkey;
  const remove = useChange<null, PasswordAgain>(
    (body) => ({ method: "POST", path: `/profile/passkeys/${passkey.id}/remove`, body }),
    {
      onDone: () => {
        void message.success(removed);
        onClose();
      },
    },
  );
  return (
    <PasswordDialog
      title={fill(said.remove_title, { name: passkey.name })}
      submitText={said.remove}
      submit={remove}
      onClose={onClose}
    >
      <p>{said.remove_what}</p>
    </PasswordDialog>
  );
}

/** One's own passkeys. */
export function PasskeysCard() {
  const said = useWords(words);
  const list = useItems<PasskeyView>("/profile/passkeys");
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<PasskeyView | null>(null);
  return (
    <Card
      title={said.title}
      extra={<Button onClick={() => setAdding(true)}>{said.add}</Button>}
    >
      <p className="kit-quiet">{said.about}</p>
      <ListTable<PasskeyView>
        label={said.title}
        size="small"
        list={list}
        rowKey={(one) => one.id}
        empty={said.empty}
        columns={[
          { key: "name", title: said.name, render: (_, one) => one.name },
          {
            key: "synced",
            title: said.synced,
            render: (_, one) => (one.synced ? said.is_synced : said.is_bound),
          },
          { key: "added", title: said.added, render: (_, one) => <TimeAgo at={one.created_at} /> },
          { key: "used", title: said.used, render: (_, one) => <TimeAgo at={one.last_used_at} /> },
          {
            key: "actions",
            title: "",
            align: "right",
            render: (_, one) => (
              <Button size="small" danger onClick={() => setRemoving(one)}>
                {said.remove}
              </Button>
            ),
          },
        ]}
      />
      {adding ? <AddPasskeyDialog onClose={() => setAdding(false)} /> : null}
      {removing ? (
        <RemoveDialog passkey={removing} onClose={() => setRemoving(null)} />
      ) : null}
    </Card>
  );
}
