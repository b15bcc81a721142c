import { useQuery } from "@tanstack/react-query";
import { Button, Skeleton, Space } from "antd";
import { useState } from "react";
import { useParams } from "react-router";
import { ask } from "../../api/client";
import type { PlannedChange, PlanPreviewView, PlanView } from "../../api/contract";
import { useChange, useOne } from "../../api/hooks";
import type { Problem } from "../../api/problem";
import { Card } from "../../kit/Card";
import { DescriptionList } from "../../kit/DescriptionList";
import { ErrorPanel } from "../../kit/ErrorPanel";
import { useWords } from "../../kit/language";
import { PageHeader } from "../../kit/PageHeader";
import { Permitted } from "../../kit/Permitted";
import { fill } from "../../kit/say";
import { StateTag } from "../../kit/StateTag";
import { TimeAgo } from "../../kit/TimeAgo";
import { useCan } from "../../shell/can";
import { ChangeText } from "./ChangeText";
import { PlanActions } from "./PlanActions";
import { PlannedDialog } from "./PlannedDialog";
import { PLAN_TONE } from "./plans";
import { StepList } from "./StepList";
import { words } from "./words";
import "./resources.css";

const EDITABLE = new Set(["draft", "rejected"]);
const OPEN = new Set(["draft", "rejected", "submitted", "approved"]);

/** The changes of a plan have no ids: what they say and where they stand tells them apart. */
function ordered(plan: PlanView) {
  return plan.changes.map((change, index) => ({
    key: `${index} ${JSON.stringify(change)}`,
    change,
    index,
  }));
}

/** A relation in the reader's language: the server names its kind only. */
function relationText(change: PlannedChange | undefined) {
  return change?.do === "relate" ? <ChangeText change={change} /> : null;
}

function Changes(props: { plan: PlanView }) {
  const { plan } = props;
  const said = useWords(words);
  const [adding, setAdding] = useState(false);
  const editable = EDITABLE.has(plan.state) && plan.changes_hidden === 0;
  const refusal = useCan()("resource.change");
  const remove = useChange<PlanView, number>((at) => ({
    method: "PUT",
    path: `/plans/${plan.id}`,
    version: plan.version,
    body: {
      title: plan.title,
      description: plan.description,
      changes: plan.changes.filter((_, index) => index !== at),
    },
  }));
  const open = OPEN.has(plan.state);
  // Nothing is changed by it: it is read again whenever the plan or the register may have changed.
  const preview = useQuery<PlanPreviewView, Problem>({
    queryKey: ["plans", "preview", plan.id, plan.version],
    queryFn: () => ask({ method: "POST", path: `/plans/${plan.id}/preview` }),
    enabled: open && refusal === null && plan.changes_hidden === 0,
  });
  const steps = preview.data?.steps ?? [];
  return (
    <Card
      title={said.plan_changes}
      extra={
        <Space>
          {open && plan.changes_hidden === 0 ? (
            <Permitted refusal={refusal}>
              <Button
                disabled={refusal !== null}
                loading={preview.isFetching}
                onClick={() => void preview.refetch()}
              >
                {said.plan_preview}
              </Button>
            </Permitted>
          ) : null}
          {editable ? (
            <Permitted refusal={refusal}>
              <Button disabled={refusal !== null} onClick={() => setAdding(true)}>
                {said.plan_add}
              </Button>
            </Permitted>
          ) : null}
        </Space>
      }
    >
      <ErrorPanel problem={remove.error ?? preview.error} />
      {plan.changes_hidden > 0 ? (
        <p className="kit-quiet">{fill(said.plan_hidden, { n: plan.changes_hidden })}</p>
      ) : null}
      {plan.changes.length + plan.changes_hidden === 0 ? (
        <p className="kit-quiet">{said.plan_empty}</p>
      ) : null}
      <ol className="resource-planned">
        {ordered(plan).map(({ key, change, index }) => (
          <li key={key}>
            <ChangeText change={change} name={steps[index]?.about} />{" "}
            {editable && refusal === null ? (
              <Button size="small" type="link" onClick={() => remove.mutate(index)}>
                {said.plan_take_out}
              </Button>
            ) : null}
          </li>
        ))}
      </ol>
      {preview.data ? (
        <>
          <p className="resource-outcome">
            <StateTag
              state={preview.data.conflicts > 0 ? "failed" : "ok"}
              text={fill(said.plan_conflicts, { conflicts: preview.data.conflicts })}
            />
          </p>
          <StepList
            steps={preview.data.steps}
            label={said.plan_preview}
            about={(at) => relationText(plan.changes[at])}
          />
        </>
      ) : null}
      {adding ? <PlannedDialog plan={plan} onClose={() => setAdding(false)} /> : null}
    </Card>
  );
}

/** One plan: its changes, what they would do now, and its way to being carried out. */
export default function PlanPage() {
  const { id = "" } = useParams();
  const said = useWords(words);
  const read = useOne<PlanView>(`/plans/${id}`);
  if (read.problem) return <ErrorPanel problem={read.problem} onRetry={read.reload} />;
  const plan = read.value;
  if (!plan || plan.id !== id) return <Skeleton active />;
  const items = [
    { key: "author", term: said.plan_author, value: plan.author.name },
    { key: "submitted", term: said.plan_submitted, value: <TimeAgo at={plan.submitted_at} /> },
    { key: "decider", term: said.plan_decider, value: plan.decider?.name ?? null },
    { key: "note", term: said.note, value: plan.note || null },
    { key: "applied", term: said.plan_applied, value: <TimeAgo at={plan.applied_at} /> },
    {
      key: "hash",
      term: said.plan_hash,
      value: plan.payload_hash ? (
        <span className="kit-code">{plan.payload_hash.slice(0, 16)}…</span>
      ) : null,
    },
  ];
  return (
    <div className="resource-page">
      <PageHeader
        title={plan.title}
        about={plan.description}
        tags={<StateTag state={PLAN_TONE[plan.state]} text={said[`plan_${plan.state}`]} />}
        actions={<PlanActions plan={plan} />}
      />
      <Card title={said.plan_course}>
        <DescriptionList items={items} columns={3} />
      </Card>
      <Changes plan={plan} />
    </div>
  );
}
