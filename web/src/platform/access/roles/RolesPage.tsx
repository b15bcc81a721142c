import { PlusOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useState } from "react";
import type { RoleView } from "../../../api/contract";
import { useItems } from "../../../api/hooks";
import { useText, useWords } from "../../../kit/language";
import { ListTable } from "../../../kit/ListTable";
import { PageHeader } from "../../../kit/PageHeader";
import { Permitted } from "../../../kit/Permitted";
import { useCan } from "../../../shell/can";
import { PermissionsField } from "./PermissionsField";
import { RoleActions } from "./RoleActions";
import { RoleDialog } from "./RoleDialog";
import { words } from "./words";
import "../access.css";

/** Roles: named sets of permissions. A row unfolds to what the role gives. */
export default function RolesPage() {
  const said = useWords(words);
  const text = useText();
  const refusal = useCan()("role.change");
  const [making, setMaking] = useState(false);
  const list = useItems<RoleView>("/roles");
  return (
    <>
      <PageHeader
        title={said.roles}
        about={said.roles_about}
        actions={
          <Permitted refusal={refusal}>
            <Button
              type="primary"
              icon={<PlusOutlined />}
              disabled={refusal !== null}
              onClick={() => setMaking(true)}
            >
              {said.role_new}
            </Button>
          </Permitted>
        }
      />
      <ListTable<RoleView>
        label={said.roles}
        list={list}
        rowKey={(role) => role.name}
        empty={said.roles_empty}
        detail={(role) => (
          <>
            <p>{text(role.description)}</p>
            <PermissionsField value={role.permissions} readOnly />
          </>
        )}
        columns={[
          { key: "title", title: said.title, render: (_, role) => text(role.title) || role.name },
          { key: "name", title: said.name, render: (_, role) => <code>{role.name}</code> },
          {
            key: "origin",
            title: said.origin,
            render: (_, role) => (role.shipped ? said.shipped : said.own),
          },
          {
            key: "duties",
            title: said.duties,
            render: (_, role) => (
              <div className="access-duties">
                {role.duties.map((duty) => said[`duty_${duty}`]).join(said.comma) || "–"}
              </div>
            ),
          },
          {
            key: "delegable",
            title: said.delegable,
            render: (_, role) => (role.delegable ? said.yes : said.no),
          },
          {
            key: "actions",
            title: "",
            align: "right",
            onCell: () => ({ onClick: (event) => event.stopPropagation() }),
            render: (_, role) => <RoleActions role={role} />,
          },
        ]}
      />
      {making ? <RoleDialog onClose={() => setMaking(false)} /> : null}
    </>
  );
}
