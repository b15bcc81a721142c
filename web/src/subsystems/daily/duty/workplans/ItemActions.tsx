import { App, Button, Modal, Space } from "antd";
import { useState } from "react";
import type { WorkItemView } from "../../../../api/contract";
import { useChange } from "../../../../api/hooks";
import { ErrorPanel } from "../../../../kit/ErrorPanel";
import { useLanguage, useWords } from "../../../../kit/language";
import { Permitted } from "../../../../kit/Permitted";
import { fill } from "../../../../kit/say";
import { useCan } from "../../../../shell/can";
import { useSession } from "../../../../shell/session";
import { isLeft, periodBeside, periodWords } from "./period";
import { ProgressDialog } from "./ProgressDialog";
import { words } from "./words";

function Carry(props: { one: WorkItemView; refusal: string | null }) {
  const { one, refusal } = props;
  const { period, day, title } = one.item;
  const said = useWords(words);
  const language = useLanguage();
  const { message } = App.useApp();
  const [asking, setAsking] = useState(false);
  const carry = useChange<WorkItemView>(
    () => ({ method: "POST", path: `/duty/work-items/${one.id}/carry`, version: one.version }),
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
      <Modal
        open={asking}
        title={fill(said.carry_title, { title })}
        okText={said.carry}
        confirmLoading={carry.isPending}
        onOk={() => carry.mutate()}
        onCancel={() => setAsking(false)}
        destroyOnHidden
      >
        <ErrorPanel problem={carry.error} />
        <p>{fill(said.carry_about, { period: next })}</p>
      </Modal>
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
