import { Button } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import type {
  LackingSecondFactorView,
  SecondFactorPolicyView,
} from "../../../api/contractSignIn";
import { useList, useOne } from "../../../api/hooks";
import { Card } from "../../../kit/Card";
import { DescriptionList } from "../../../kit/DescriptionList";
import { ErrorPanel } from "../../../kit/ErrorPanel";
import { useWords } from "../../../kit/language";
import { ListTable } from "../../../kit/ListTable";
import { Permitted } from "../../../kit/Permitted";
import { TimeAgo } from "../../../kit/TimeAgo";
import { paths } from "../../../paths";
import { useCan } from "../../../shell/can";
import { useRoleList } from "../../../shell/roles";
import { PolicyDialog } from "./PolicyDialog";
import { words } from "./policyWords";

function LackingTable() {
  const said = useWords(words);
  const list = useList<LackingSecondFactorView>("/access/second-factor-policy/lacking");
  return (
    <ListTable<LackingSecondFactorView>
      label={said.lacking}
      size="small"
      list={list}
      rowKey={(one) => one.user_id}
      empty={said.none_lacking}
      columns={[
        {
          key: "user",
          title: said.user,
          render: (_, one) => <Link to={paths.user(one.user_id)}>{one.user_name}</Link>,
        },
        { key: "name", title: said.name, render: (_, one) => one.display_name },
        {
          key: "seen",
          title: said.last_sign_in,
          render: (_, one) => <TimeAgo at={one.last_sign_in_at} />,
        },
        { key: "due", title: said.due, render: (_, one) => <TimeAgo at={one.due_at} /> },
      ]}
    />
  );
}

function useRequiredOf(): (policy: SecondFactorPolicyView) => string {
  const said = useWords(words);
  const titles = useRoleList();
  return (policy) => {
    switch (policy.required_of) {
      case "administrators":
        return said.administrators;
      case "everybody":
        return said.everybody;
      case "roles":
        return `${said.roles}: ${titles(policy.roles)}`;
      default:
        return said.nobody;
    }
  };
}

/** Of whom a second factor is required, and who lacks one. */
export function PolicyCard() {
  const said = useWords(words);
  const requiredOf = useRequiredOf();
  const mayRead = useCan()("user.read") === null;
  const refusal = useCan()("separation.change");
  const [changing, setChanging] = useState(false);
  const read = useOne<SecondFactorPolicyView>(mayRead ? "/access/second-factor-policy" : null);
  const policy = read.value;
  if (!mayRead) return null;
  const change = (
    <Permitted refusal={refusal}>
      <Button disabled={refusal !== null || !policy} onClick={() => setChanging(true)}>
        {said.change}
      </Button>
    </Permitted>
  );
  return (
    <Card title={said.title} extra={change}>
      <p className="kit-quiet">{said.about}</p>
      <ErrorPanel problem={read.problem} onRetry={read.reload} />
      {policy ? (
        <DescriptionList
          columns={2}
          items={[
            { key: "of", term: said.required_of, value: requiredOf(policy) },
            { key: "grace", term: said.grace_days, value: policy.grace_days },
            { key: "since", term: said.since, value: <TimeAgo at={policy.since} /> },
            { key: "by", term: said.by, value: policy.changed_by || null },
          ]}
        />
      ) : null}
      {policy && policy.required_of !== "nobody" ? <LackingTable /> : null}
      {policy && changing ? (
        <PolicyDialog policy={policy} onClose={() => setChanging(false)} />
      ) : null}
    </Card>
  );
}
