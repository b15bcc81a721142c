import { PlusOutlined } from "@ant-design/icons";
import { Button, Space } from "antd";
import { useMemo, useState } from "react";
import type { PagePolicyView } from "../../../../api/contract";
import { useChange, useItems } from "../../../../api/hooks";
import { ConfirmDanger } from "../../../../kit/ConfirmDanger";
import { useWords } from "../../../../kit/language";
import { ListTable } from "../../../../kit/ListTable";
import type { Column } from "../../../../kit/ListTable";
import { PageHeader } from "../../../../kit/PageHeader";
import { Permitted } from "../../../../kit/Permitted";
import { fill } from "../../../../kit/say";
import type { Said } from "../../../../kit/say";
import { StateTag } from "../../../../kit/StateTag";
import { useCan } from "../../../../shell/can";
import { PolicyDialog } from "./PolicyDialog";
import { words } from "./words";
import "../alerts.css";

function Controls(props: { policy: PagePolicyView; onEdit: (policy: PagePolicyView) => void }) {
  const { policy, onEdit } = props;
  const said = useWords(words);
  const refusal = useCan()("page-policy.change");
  const remove = useChange<null>(
    () => ({ method: "DELETE", path: `/page-policies/${policy.id}`, version: policy.version }),
    { touches: ["journal"] },
  );
  const { name } = policy;
  return (
    <Space>
      <Permitted refusal={refusal}>
        <Button
          size="small"
          disabled={refusal !== null}
          aria-label={fill(said.edit_of, { name })}
          onClick={() => onEdit(policy)}
        >
          {said.edit}
        </Button>
      </Permitted>
      <ConfirmDanger
        small
        action={said.remove}
        title={fill(said.remove_title, { name })}
        running={remove.isPending}
        problem={remove.error}
        onConfirm={() => remove.mutateAsync()}
        refusal={refusal}
      >
        {said.remove_about}
      </ConfirmDanger>
    </Space>
  );
}

function Whom(props: { policy: PagePolicyView }) {
  const { recipients, chains } = props.policy;
  const said = useWords(words);
  const named = recipients.map((one) => one.name || one.id);
  const called = chains.map((one) => fill(said.chain_named, { name: one.name }));
  return [...named, ...called].join(said.comma);
}

function columnsOf(
  said: Said<typeof words>,
  onEdit: (policy: PagePolicyView) => void,
): Column<PagePolicyView>[] {
  return [
    {
      key: "name",
      title: said.name,
      width: 200,
      render: (_, row) => (
        <>
          {row.name}
          {row.enabled ? null : <div className="kit-quiet">{said.disabled}</div>}
        </>
      ),
    },
    {
      key: "severity",
      title: said.severity_min,
      width: 130,
      render: (_, row) => <StateTag state={row.severity_min} text={said[row.severity_min]} />,
    },
    {
      key: "recipients",
      title: said.recipients,
      width: 260,
      render: (_, row) => <Whom policy={row} />,
    },
    {
      key: "repeat",
      title: said.repeat,
      width: 150,
      render: (_, row) =>
        row.repeat_s === null
          ? said.never
          : fill(said.every, { minutes: String(Math.round(row.repeat_s / 60)) }),
    },
    {
      key: "change",
      title: said.change,
      width: 180,
      render: (_, row) => <Controls policy={row} onEdit={onEdit} />,
    },
  ];
}

/** Who is told of which incidents. */
export default function PoliciesPage() {
  const said = useWords(words);
  const refusal = useCan()("page-policy.change");
  const list = useItems<PagePolicyView>("/page-policies");
  const [edited, setEdited] = useState<PagePolicyView | "new" | null>(null);
  const columns = useMemo(() => columnsOf(said, setEdited), [said]);
  const make = (
    <Permitted refusal={refusal}>
      <Button
        type="primary"
        icon={<PlusOutlined />}
        disabled={refusal !== null}
        onClick={() => setEdited("new")}
      >
        {said.new_policy}
      </Button>
    </Permitted>
  );
  return (
    <>
      <PageHeader title={said.policies} about={said.policies_about} actions={make} />
      <ListTable
        label={said.policies}
        columns={columns}
        list={list}
        rowKey={(row) => row.id}
        empty={said.empty}
        refusal={refusal}
        emptyAction={make}
      />
      {edited ? (
        <PolicyDialog policy={edited === "new" ? null : edited} onClose={() => setEdited(null)} />
      ) : null}
    </>
  );
}
