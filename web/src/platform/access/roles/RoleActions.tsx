import { Button, Space } from "antd";
import { useState } from "react";
import type { RoleView } from "../../../api/contract";
import { useChange } from "../../../api/hooks";
import { ConfirmDanger } from "../../../kit/ConfirmDanger";
import { useText, useWords } from "../../../kit/language";
import { Permitted } from "../../../kit/Permitted";
import { fill } from "../../../kit/say";
import { useCan } from "../../../shell/can";
import { RoleDialog } from "./RoleDialog";
import { words } from "./words";

/** What can be done with a role: copy it; one's own: change or remove it. */
export function RoleActions(props: { role: RoleView }) {
  const { role } = props;
  const said = useWords(words);
  const text = useText();
  const refusal = useCan()("role.change");
  const [open, setOpen] = useState<"edit" | "copy" | null>(null);
  const close = () => setOpen(null);
  const remove = useChange<null>(() => ({ method: "DELETE", path: `/roles/${role.name}` }));
  const disabled = refusal !== null;
  return (
    <Space>
      <Permitted refusal={refusal}>
        <Button size="small" disabled={disabled} onClick={() => setOpen("copy")}>
          {said.copy}
        </Button>
      </Permitted>
      {role.shipped ? null : (
        <>
          <Permitted refusal={refusal}>
            <Button size="small" disabled={disabled} onClick={() => setOpen("edit")}>
              {said.edit}
            </Button>
          </Permitted>
          <ConfirmDanger
            small
            action={said.remove}
            title={fill(said.role_remove_of, { name: text(role.title) })}
            running={remove.isPending}
            problem={remove.error}
            refusal={refusal}
            onConfirm={() => remove.mutateAsync()}
          >
            {said.role_remove_what}
          </ConfirmDanger>
        </>
      )}
      {open === "copy" ? <RoleDialog like={role} onClose={close} /> : null}
      {open === "edit" ? <RoleDialog role={role} onClose={close} /> : null}
    </Space>
  );
}
