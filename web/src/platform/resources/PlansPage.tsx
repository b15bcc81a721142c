import { PlusOutlined } from "@ant-design/icons";
import { Button, Form, Input, Segmented } from "antd";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import type { PlanView } from "../../api/contract";
import { useChange, useList } from "../../api/hooks";
import { FormDialog } from "../../kit/Form";
import { useWords } from "../../kit/language";
import { ListTable } from "../../kit/ListTable";
import { PageHeader } from "../../kit/PageHeader";
import { Permitted } from "../../kit/Permitted";
import { StateTag } from "../../kit/StateTag";
import { TimeAgo } from "../../kit/TimeAgo";
import { useViewState } from "../../kit/viewState";
import { paths } from "../../paths";
import { useCan } from "../../shell/can";
import { PLAN_STATES, PLAN_TONE } from "./plans";
import { words } from "./words";

interface Draft {
  title: string;
  description?: string;
}

function NewPlanDialog(props: { onClose: () => void }) {
  const said = useWords(words);
  const navigate = useNavigate();
  const create = useChange<PlanView, Draft>(
    (draft) => ({ method: "POST", path: "/plans", body: { ...draft, changes: [] } }),
    { onDone: (plan) => void navigate(paths.plan(plan.id)) },
  );
  return (
    <FormDialog<Draft>
      open
      title={said.plan_new}
      submit={create}
      submitText={said.create}
      onClose={props.onClose}
    >
      <Form.Item
        name="title"
        label={said.plan_title}
        rules={[{ required: true, message: said.required }]}
      >
        <Input maxLength={200} autoFocus />
      </Form.Item>
      <Form.Item name="description" label={said.description}>
        <Input.TextArea rows={3} maxLength={4000} />
      </Form.Item>
    </FormDialog>
  );
}

/** Plans: changes of the register that are made together once somebody else has consented. */
export default function PlansPage() {
  const said = useWords(words);
  const refusal = useCan()("resource.change");
  const [view, setView] = useViewState(["state"]);
  const [creating, setCreating] = useState(false);
  const list = useList<PlanView>("/plans", view);
  return (
    <>
      <PageHeader
        title={said.plans}
        about={said.plans_about}
        actions={
          <Permitted refusal={refusal}>
            <Button
              type="primary"
              icon={<PlusOutlined />}
              disabled={refusal !== null}
              onClick={() => setCreating(true)}
            >
              {said.plan_new}
            </Button>
          </Permitted>
        }
      />
      <div className="kit-filters">
        <Segmented
          aria-label={said.state}
          value={view.state}
          onChange={(state) => setView({ state })}
          options={[
            { value: "", label: said.plan_all },
            ...PLAN_STATES.map((state) => ({ value: state, label: said[`plan_${state}`] })),
          ]}
        />
      </div>
      <ListTable<PlanView>
        label={said.plans}
        list={list}
        rowKey={(plan) => plan.id}
        empty={said.plans_none}
        refusal={refusal}
        columns={[
          {
            key: "title",
            title: said.plan_title,
            render: (_, plan) => <Link to={paths.plan(plan.id)}>{plan.title}</Link>,
          },
          {
            key: "state",
            title: said.state,
            render: (_, plan) => (
              <StateTag state={PLAN_TONE[plan.state]} text={said[`plan_${plan.state}`]} />
            ),
          },
          {
            key: "changes",
            title: said.plan_changes,
            align: "right",
            render: (_, plan) => plan.changes.length + plan.changes_hidden,
          },
          { key: "author", title: said.plan_author, render: (_, plan) => plan.author.name },
          {
            key: "updated",
            title: said.updated,
            render: (_, plan) => <TimeAgo at={plan.updated_at} />,
          },
        ]}
      />
      {creating ? <NewPlanDialog onClose={() => setCreating(false)} /> : null}
    </>
  );
}
