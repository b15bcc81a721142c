import { Button, Form, InputNumber } from "antd";
import { useState } from "react";
import type { EmergencyView } from "../../../api/contract";
import { useChange } from "../../../api/hooks";
import { FormDialog } from "../../../kit/Form";
import { useWords } from "../../../kit/language";
import { fill } from "../../../kit/say";
import { useRoleTitle } from "../../../shell/roles";
import { ReasonField } from "../grants/GrantDialog";
import { words } from "./words";

interface Values {
  hours: number;
  reason: string;
}

/** Breaks the seal of a right that lies ready for oneself. */
export function BreakSeal(props: { emergency: EmergencyView }) {
  const { emergency } = props;
  const said = useWords(words);
  const role = useRoleTitle()(emergency.role);
  const [open, setOpen] = useState(false);
  const activate = useChange<unknown, Values>(
    (body) => ({ method: "POST", path: `/emergencies/${emergency.id}/activate`, body }),
    {
      touches: ["session", "activations", "profile", "grants", "journal"],
      onDone: () => setOpen(false),
    },
  );
  return (
    <>
      <Button size="small" danger onClick={() => setOpen(true)}>
        {said.break}
      </Button>
      {open ? (
        <FormDialog<Values>
          open
          title={fill(said.break_of, { role })}
          submit={activate}
          submitText={said.break}
          initial={{ hours: 1 }}
          onClose={() => setOpen(false)}
        >
          <p>{said.break_what}</p>
          <Form.Item name="hours" label={said.hours}>
            <InputNumber min={1} max={emergency.hours_max} precision={0} />
          </Form.Item>
          <ReasonField />
        </FormDialog>
      ) : null}
    </>
  );
}
