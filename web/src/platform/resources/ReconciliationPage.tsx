import { Button, Form, Input, Radio, Segmented } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import type { ReconciliationDetailView, ReconciliationTaskView, ResourceView } from "../../api/contract";
import { useChange, useList, useOne } from "../../api/hooks";
import { ErrorPanel } from "../../kit/ErrorPanel";
import { FormDialog } from "../../kit/Form";
import { useWords } from "../../kit/language";
import { ListTable } from "../../kit/ListTable";
import { PageHeader } from "../../kit/PageHeader";
import { Permitted } from "../../kit/Permitted";
import { fill } from "../../kit/say";
import { StateTag } from "../../kit/StateTag";
import { TimeAgo } from "../../kit/TimeAgo";
import { useViewState } from "../../kit/viewState";
import { paths } from "../../paths";
import { useCan } from "../../shell/can";
import { useKinds } from "./useKinds";
import { words } from "./words";

interface Decision {
  choice: "left" | "right" | "apart";
  note?: string;
}

function Side(props: { resource: ResourceView }) {
  const { resource } = props;
  return (
    <span>
      <Link to={paths.resource(resource.id)}>{resource.name}</Link>{" "}
      <span className="kit-quiet">
        {resource.source} · <TimeAgo at={resource.created_at} />
      </span>
    </span>
  );
}

/** Two resources side by side, and what is to become of them. */
function DecideDialog(props: { task: ReconciliationTaskView; onClose: () => void }) {
  const { task, onClose } = props;
  const said = useWords(words);
  const read = useOne<ReconciliationDetailView>(`/reconciliation/${task.id}`);
  const decide = useChange<ReconciliationTaskView, Decision>(
    ({ choice, note }) => ({
      method: "POST",
      path: `/reconciliation/${task.id}/decision`,
      body: {
        decision: choice === "apart" ? "apart" : "merge",
        note: note ?? "",
        ...(choice === "apart" ? {} : { kept: choice === "left" ? task.left : task.right }),
      },
    }),
    { touches: ["resources", "journal"], onDone: onClose },
  );
  const both = read.value;
  return (
    <FormDialog<Decision>
      open
      title={fill(said.reconcile_title, { rule: task.rule, value: task.value })}
      submit={decide}
      submitText={said.reconcile_decide}
      initial={{ choice: "left" }}
      onClose={onClose}
    >
      <ErrorPanel problem={read.problem} />
      {both ? (
        <Form.Item name="choice" label={said.reconcile_question}>
          <Radio.Group className="resource-choices">
            <Radio value="left">
              {said.reconcile_keep} <Side resource={both.left} />
            </Radio>
            <Radio value="right">
              {said.reconcile_keep} <Side resource={both.right} />
            </Radio>
            <Radio value="apart">{said.reconcile_apart}</Radio>
          </Radio.Group>
        </Form.Item>
      ) : null}
      <Form.Item name="note" label={said.note}>
        <Input.TextArea rows={2} maxLength={1000} />
      </Form.Item>
    </FormDialog>
  );
}

/** Resources that may be the same: somebody decides, and the decision is remembered. */
export default function ReconciliationPage() {
  const said = useWords(words);
  const kinds = useKinds();
  const refusal = useCan()("resource.change");
  const [view, setView] = useViewState(["state"]);
  const [task, setTask] = useState<ReconciliationTaskView | null>(null);
  const list = useList<ReconciliationTaskView>("/reconciliation", view);
  return (
    <>
      <PageHeader title={said.reconciliation} about={said.reconciliation_about} />
      <div className="kit-filters">
        <Segmented
          aria-label={said.state}
          value={view.state || "open"}
          onChange={(state) => setView({ state })}
          options={[
            { value: "open", label: said.reconcile_open },
            { value: "merged", label: said.reconcile_merged },
            { value: "apart", label: said.reconcile_kept_apart },
          ]}
        />
      </div>
      <ListTable<ReconciliationTaskView>
        label={said.reconciliation}
        list={list}
        rowKey={(row) => row.id}
        empty={said.reconciliation_none}
        columns={[
          { key: "kind", title: said.kind, render: (_, row) => kinds.titleOf(row.kind) },
          {
            key: "rule",
            title: said.reconcile_rule,
            render: (_, row) => (
              <>
                <code>{row.rule}</code> = {row.value}
              </>
            ),
          },
          { key: "since", title: said.since, render: (_, row) => <TimeAgo at={row.created_at} /> },
          {
            key: "decision",
            title: "",
            align: "right",
            render: (_, row) =>
              row.state === "open" ? (
                <Permitted refusal={refusal}>
                  <Button size="small" disabled={refusal !== null} onClick={() => setTask(row)}>
                    {said.reconcile_decide}
                  </Button>
                </Permitted>
              ) : (
                <StateTag
                  state="ok"
                  text={fill(said.reconcile_by, { by: row.decided_by ?? "", note: row.note })}
                />
              ),
          },
        ]}
      />
      {task ? <DecideDialog task={task} onClose={() => setTask(null)} /> : null}
    </>
  );
}
