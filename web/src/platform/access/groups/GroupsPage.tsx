import { PlusOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import type { GroupView } from "../../../api/contract";
import { useList } from "../../../api/hooks";
import { useWords } from "../../../kit/language";
import { ListTable } from "../../../kit/ListTable";
import { PageHeader } from "../../../kit/PageHeader";
import { Permitted } from "../../../kit/Permitted";
import { TimeAgo } from "../../../kit/TimeAgo";
import { paths } from "../../../paths";
import { useCan } from "../../../shell/can";
import { words } from "../grants/words";
import { GroupDialog } from "./GroupDialog";

/** Groups of users. */
export default function GroupsPage() {
  const said = useWords(words);
  const refusal = useCan()("group.change");
  const [making, setMaking] = useState(false);
  const list = useList<GroupView>("/groups");
  return (
    <>
      <PageHeader
        title={said.groups}
        about={said.groups_about}
        actions={
          <Permitted refusal={refusal}>
            <Button
              type="primary"
              icon={<PlusOutlined />}
              disabled={refusal !== null}
              onClick={() => setMaking(true)}
            >
              {said.group_new}
            </Button>
          </Permitted>
        }
      />
      <ListTable<GroupView>
        label={said.groups}
        list={list}
        rowKey={(group) => group.id}
        empty={said.groups_empty}
        refusal={refusal}
        columns={[
          {
            key: "name",
            title: said.group_name,
            render: (_, group) => <Link to={paths.group(group.id)}>{group.name}</Link>,
          },
          {
            key: "description",
            title: said.description,
            render: (_, group) => group.description || "–",
          },
          {
            key: "created",
            title: said.created,
            render: (_, group) => <TimeAgo at={group.created_at} />,
          },
        ]}
      />
      {making ? <GroupDialog onClose={() => setMaking(false)} /> : null}
    </>
  );
}
