import { DeleteOutlined, EditOutlined } from "@ant-design/icons";
import { App, Button, Space, Switch } from "antd";
import type { RuleView } from "../../../api/contract";
import { useChange } from "../../../api/hooks";
import { ConfirmDanger } from "../../../kit/ConfirmDanger";
import { useText, useWords } from "../../../kit/language";
import { Permitted } from "../../../kit/Permitted";
import { fill } from "../../../kit/say";
import { useCan } from "../../../shell/can";
import { words } from "./words";

const TOUCHES = ["alerts", "journal"];

/** Turns a rule on and off. */
export function RuleSwitch(props: { rule: RuleView }) {
  const { rule } = props;
  const said = useWords(words);
  const text = useText();
  const refusal = useCan()("alert-rule.change");
  const { message } = App.useApp();
  const turn = useChange<RuleView, boolean>(
    (enabled) => ({
      method: "PATCH",
      path: `/alert-rules/${rule.id}`,
      version: rule.version,
      body: { enabled },
    }),
    { touches: TOUCHES },
  );
  return (
    <Permitted refusal={refusal}>
      <Switch
        size="small"
        checked={rule.enabled}
        disabled={refusal !== null}
        loading={turn.isPending}
        aria-label={fill(said.enable_of, { name: text(rule.name) })}
        onChange={(on) =>
          turn.mutate(on, { onError: (problem) => void message.error(problem.message) })
        }
      />
    </Permitted>
  );
}

/** Edits or removes a rule. */
export function RuleControls(props: { rule: RuleView; onEdit: (rule: RuleView) => void }) {
  const { rule, onEdit } = props;
  const said = useWords(words);
  const name = useText()(rule.name);
  const refusal = useCan()("alert-rule.change");
  const remove = useChange<null>(
    () => ({ method: "DELETE", path: `/alert-rules/${rule.id}`, version: rule.version }),
    { touches: TOUCHES },
  );
  return (
    <Space>
      <Permitted refusal={refusal}>
        <Button
          size="small"
          icon={<EditOutlined />}
          disabled={refusal !== null}
          aria-label={fill(said.edit_of, { name })}
          onClick={() => onEdit(rule)}
        >
          {said.edit}
        </Button>
      </Permitted>
      <ConfirmDanger
        small
        icon={<DeleteOutlined />}
        action={said.remove}
        title={fill(said.remove_title, { name })}
        running={remove.isPending}
        problem={remove.error}
        onConfirm={() => remove.mutateAsync()}
        refusal={refusal ?? (rule.shipped ? said.remove_shipped : null)}
      >
        {said.remove_about}
      </ConfirmDanger>
    </Space>
  );
}
