import { CopyOutlined, PlusOutlined } from "@ant-design/icons";
import { App, Button, Switch } from "antd";
import { useMemo } from "react";
import { Link, useNavigate } from "react-router";
import type { SlaPolicyView, TicketTypeView } from "../../../api/contract";
import { useChange, useItems } from "../../../api/hooks";
import { Card } from "../../../kit/Card";
import { useText, useWords } from "../../../kit/language";
import { LinkButton } from "../../../kit/LinkButton";
import { ListTable } from "../../../kit/ListTable";
import type { Column } from "../../../kit/ListTable";
import { Permitted } from "../../../kit/Permitted";
import { fill } from "../../../kit/say";
import { paths } from "../../../paths";
import { words } from "./configWords";

function TypeSwitch(props: { one: TicketTypeView; refusal: string | null }) {
  const { one } = props;
  const said = useWords(words);
  const text = useText();
  const { message } = App.useApp();
  const turn = useChange<TicketTypeView, boolean>(
    (enabled) => ({
      method: "PUT",
      path: `/ticket-types/${one.type.key}`,
      version: one.version,
      body: { ...one.type, enabled },
    }),
    { touches: ["journal"] },
  );
  return (
    <Permitted refusal={props.refusal}>
      <Switch
        size="small"
        checked={one.type.enabled}
        disabled={props.refusal !== null}
        loading={turn.isPending}
        aria-label={fill(said.enable_of, { name: text(one.type.name) })}
        onChange={(on) =>
          turn.mutate(on, { onError: (problem) => void message.error(problem.message) })
        }
      />
    </Permitted>
  );
}

/** The kinds of tickets: turned on and off, opened to be changed, copied, made. */
export function TypesCard(props: { refusal: string | null; policies: SlaPolicyView[] }) {
  const { refusal, policies } = props;
  const said = useWords(words);
  const text = useText();
  const navigate = useNavigate();
  const list = useItems<TicketTypeView>("/ticket-types");
  const columns = useMemo<Column<TicketTypeView>[]>(() => {
    const policyOf = (id: string | null) => policies.find((one) => one.id === id)?.policy.name;
    return [
      {
        key: "enabled",
        title: said.enabled,
        width: 80,
        render: (_, one) => <TypeSwitch one={one} refusal={refusal} />,
      },
      {
        key: "name",
        title: said.name,
        width: 160,
        render: (_, one) => <Link to={paths.ticketType(one.type.key)}>{text(one.type.name)}</Link>,
      },
      { key: "prefix", title: said.prefix, width: 80, render: (_, one) => one.type.prefix },
      {
        key: "policy",
        title: said.policy,
        width: 170,
        render: (_, one) => text(policyOf(one.type.policy_id)) || said.none,
      },
      {
        key: "states",
        title: said.states,
        width: 380,
        render: (_, one) => one.type.states.map((state) => text(state.name)).join(" · "),
      },
      {
        key: "actions",
        title: said.actions,
        width: 110,
        render: (_, one) => (
          <LinkButton
            size="small"
            icon={<CopyOutlined />}
            to={paths.ticketTypeNew({ from: one.type.key })}
          >
            {said.copy}
          </LinkButton>
        ),
      },
    ];
  }, [said, text, refusal, policies]);
  const create = (
    <Permitted refusal={refusal}>
      <Button
        icon={<PlusOutlined />}
        disabled={refusal !== null}
        onClick={() => void navigate(paths.ticketTypeNew())}
      >
        {said.new_type}
      </Button>
    </Permitted>
  );
  return (
    <Card title={said.types} extra={create}>
      <ListTable
        label={said.types}
        columns={columns}
        list={list}
        rowKey={(one) => one.type.key}
        empty={said.types_empty}
      />
    </Card>
  );
}
