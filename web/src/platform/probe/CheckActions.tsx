import { EditOutlined, PlayCircleOutlined } from "@ant-design/icons";
import { App, Button } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import type { CheckView } from "../../api/contract";
import { useChange } from "../../api/hooks";
import { ConfirmDanger } from "../../kit/ConfirmDanger";
import { useText, useWords } from "../../kit/language";
import { Permitted } from "../../kit/Permitted";
import { fill } from "../../kit/say";
import { paths } from "../../paths";
import { useCan } from "../../shell/can";
import { CheckDialog } from "./CheckDialog";
import { words } from "./words";

const TOUCHES = ["check-states", "journal", "series"];

/** What can be done with a check: run, edit, disable, remove. */
export function CheckActions(props: { check: CheckView }) {
  const { check } = props;
  const said = useWords(words);
  const text = useText();
  const can = useCan();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const [editing, setEditing] = useState(false);
  const { id, name, version, enabled } = check;
  const path = `/checks/${id}`;
  const complain = (problem: Error) => void message.error(problem.message);
  const run = useChange<CheckView>(() => ({ method: "POST", path: `${path}/run` }), {
    touches: TOUCHES,
    onDone: (done) =>
      void message.info(fill(said.ran, { summary: text(done.status.summary) })),
  });
  const turn = useChange<CheckView, boolean>(
    (on) => ({ method: "PATCH", path, version, body: { enabled: on } }),
    { touches: TOUCHES },
  );
  const remove = useChange<null>(() => ({ method: "DELETE", path, version }), {
    touches: TOUCHES,
    onDone: () => void navigate(paths.resource(check.resource_id), { replace: true }),
  });
  const no_run = can("check.run");
  const no_change = can("check.change");
  return (
    <>
      <Permitted refusal={no_run}>
        <Button
          type="primary"
          icon={<PlayCircleOutlined />}
          disabled={no_run !== null || !enabled}
          loading={run.isPending}
          onClick={() => run.mutate(undefined, { onError: complain })}
        >
          {said.run_now}
        </Button>
      </Permitted>
      <Permitted refusal={no_change}>
        <Button
          icon={<EditOutlined />}
          disabled={no_change !== null}
          onClick={() => setEditing(true)}
        >
          {said.edit}
        </Button>
      </Permitted>
      <Permitted refusal={no_change}>
        <Button
          disabled={no_change !== null}
          loading={turn.isPending}
          onClick={() => turn.mutate(!enabled, { onError: complain })}
        >
          {enabled ? said.disable : said.enable}
        </Button>
      </Permitted>
      <ConfirmDanger
        action={said.remove}
        title={fill(said.remove_title, { name })}
        running={remove.isPending}
        problem={remove.error}
        onConfirm={() => remove.mutateAsync()}
        refusal={no_change}
      >
        {fill(said.remove_about, { resource: check.resource_name })}
      </ConfirmDanger>
      {editing ? (
        <CheckDialog
          check={check}
          resource={null}
          onClose={() => setEditing(false)}
          onDone={() => setEditing(false)}
        />
      ) : null}
    </>
  );
}
