import { PlusOutlined } from "@ant-design/icons";
import { Button, Space, Switch } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { useWords } from "../../../kit/language";
import { PageHeader } from "../../../kit/PageHeader";
import { Permitted } from "../../../kit/Permitted";
import { useViewState } from "../../../kit/viewState";
import { paths } from "../../../paths";
import { useCan } from "../../../shell/can";
import { GrantDialog } from "./GrantDialog";
import { GrantsTable } from "./GrantsTable";
import { RoleSelect, UserSelect } from "./UserSelect";
import { words } from "./words";
import "../access.css";

/** Who was given which role, where and for how long. */
export default function GrantsPage() {
  const said = useWords(words);
  const refusal = useCan()("grant.change");
  const [view, setView] = useViewState(["holder_id", "role", "past"]);
  const [making, setMaking] = useState(false);
  return (
    <>
      <PageHeader
        title={said.grants}
        about={said.grants_about}
        actions={
          <Space wrap>
            <Link to={paths.holders()}>{said.holders}</Link>
            <Permitted refusal={refusal}>
              <Button
                type="primary"
                icon={<PlusOutlined />}
                disabled={refusal !== null}
                onClick={() => setMaking(true)}
              >
                {said.grant_new}
              </Button>
            </Permitted>
          </Space>
        }
      />
      <div className="kit-filters">
        <div className="access-filter">
          <RoleSelect
            label={said.all_roles}
            value={view.role}
            clearable
            onChange={(role) => setView({ role })}
          />
        </div>
        <div className="access-filter">
          <UserSelect
            label={said.user}
            value={view.holder_id}
            clearable
            onChange={(holder_id) => setView({ holder_id })}
          />
        </div>
        <label className="access-switch">
          <Switch
            checked={view.past !== ""}
            onChange={(past) => setView({ past: past ? "true" : "" })}
          />
          {said.past}
        </label>
      </div>
      <GrantsTable query={view} label={said.grants} />
      {making ? <GrantDialog onClose={() => setMaking(false)} /> : null}
    </>
  );
}
