import { App, Button, Form, Input, Space } from "antd";
import { useState } from "react";
import type { WorkItemView } from "../../../../api/contract";
import { useChange } from "../../../../api/hooks";
import { FormDialog } from "../../../../kit/Form";
import { useLanguage, useWords } from "../../../../kit/language";
import { Permitted } from "../../../../kit/Permitted";
import { fill } from "../../../../kit/say";
import { useCan } from "../../../../shell/can";
import { useSession } from "../../../../shell/session";
import { isLeft, periodBeside, periodWords } from "./period";
import { ProgressDialog } from "./ProgressDialog";
import { words } from "./words";

interface Reason {
  reason?: string;
}

function Carry(props: { one: WorkItemView; refusal: string | null }) {
  const { one, refusal } = props;
  const { period, day, title } = one.item;
  const said = useWords(words);
  const language = useLanguage();
  const { message } = App.useApp();
  const [asking, setAsking] = useState(false);
  const carry = useChange<WorkItemView, Reason>(
    ({ reason }) => ({
      method: "POST",
      path: `/duty/work-items/${one.id}/carry`,
      version: one.version,
      body: { reason: reason ?? "" },
    }),
    {
      touches: ["journal"],
      onDone: (next) => {
        setAsking(false);
        const where = periodWords(next.item.day, period, language);
        void message.success(fill(said.carried_done, { period: where }));
      },
    },
  );
  const next = periodWords(periodBeside(day, period, 1), period, language);
  return (
    <>
      <Permitted refusal={refusal}>
        <Button size="small" disabled={refusal !== null} onClick={() => setAsking(true)}>
          {said.carry}
        </Button>
      </Permitted>
      <FormDialog<Reason>
        open={asking}
        title={fill(said.carry_title, { title })}
        submitText={said.carry}
        initial={{ reason: "" }}
        submit={carry}
        onClose={() => setAsking(false)}
      >
        <p>{fill(said.carry_about, { period: next })}</p>
        <Form.Item name="reason" label={said.carry_reason}>
          <Input.TextArea rows={2} maxLength={500} />
        </Form.Item>
      </FormDialog>
    </>
  );
}

/** What can be done with an item: its owner says how far it is, the plan's keeper everything. */
export function ItemActions(props: { one: WorkItemView; onEdit: (one: WorkItemView) => void }) {
  const { one, onEdit } = props;
  const said = useWords(words);
  const { user } = useSession();
  const refusal = useCan()("work-plan.change");
  const [telling, setTelling] = useState(false);
  const owns = one.item.owner_id !== null && one.item.owner_id === user.person_id;
  const tells = owns ? null : refusal;
  if (one.state === "carried") return null;
  return (
    <Space wrap size={4}>
      <Permitted refusal={tells}>
        <Button size="small" disabled={tells !== null} onClick={() => setTelling(true)}>
          {said.set_progress}
        </Button>
      </Permitted>
      {isLeft(one) ? (
        <>
          <Permitted refusal={refusal}>
            <Button size="small" disabled={refusal !== null} onClick={() => onEdit(one)}>
              {said.edit}
            </Button>
          </Permitted>
          <Carry one={one} refusal={refusal} />
        </>
      ) : null}
      {telling ? <ProgressDialog one={one} onClose={() => setTelling(false)} /> : null}
    </Space>
  );
}
