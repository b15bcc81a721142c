import { PlusOutlined } from "@ant-design/icons";
import { Button, Checkbox, Segmented } from "antd";
import { useMemo, useState } from "react";
import { Link, useNavigate } from "react-router";
import type { CampaignState, CampaignView } from "../../../api/contract";
import { useList } from "../../../api/hooks";
import { dayOf } from "../../../kit/days";
import { useWords } from "../../../kit/language";
import { ListTable } from "../../../kit/ListTable";
import type { Column } from "../../../kit/ListTable";
import { PageHeader } from "../../../kit/PageHeader";
import { Permitted } from "../../../kit/Permitted";
import { StateTag } from "../../../kit/StateTag";
import { useNow } from "../../../kit/TimeAgo";
import { useViewState } from "../../../kit/viewState";
import { paths } from "../../../paths";
import { UnitName } from "../../../platform/directory/PlaceName";
import { useCan } from "../../../shell/can";
import { useSession } from "../../../shell/session";
import { isOverdue } from "./campaign";
import { CampaignDialog } from "./CampaignDialog";
import { Progress } from "./Progress";
import { CAMPAIGN_TONES } from "./tones";
import { words } from "./words";
import "./clients.css";

const STATES: CampaignState[] = ["planned", "running", "finished", "cancelled"];

function useColumns(): Column<CampaignView>[] {
  const said = useWords(words);
  const today = dayOf(new Date(useNow()));
  return useMemo<Column<CampaignView>[]>(
    () => [
      {
        key: "name",
        title: said.name,
        width: 240,
        render: (_, one) => (
          <>
            <Link to={paths.campaign(one.id)}>{one.campaign.name}</Link>
            <div className="kit-quiet">
              {said[one.campaign.kind]} · {one.campaign.software} {one.campaign.software_version}
            </div>
          </>
        ),
      },
      {
        key: "state",
        title: said.state,
        width: 130,
        render: (_, one) => (
          <>
            <StateTag state={CAMPAIGN_TONES[one.state]} text={said[one.state]} />{" "}
            {isOverdue(one, today) ? <StateTag state="critical" text={said.overdue} /> : null}
          </>
        ),
      },
      {
        key: "progress",
        title: said.progress,
        width: 220,
        render: (_, one) => <Progress one={one} />,
      },
      {
        key: "owner",
        title: said.owner,
        width: 150,
        render: (_, one) => one.owner ?? <UnitName id={one.campaign.unit_id} />,
      },
      {
        key: "days",
        title: said.days,
        width: 190,
        render: (_, one) => `${one.campaign.from} – ${one.campaign.to}`,
      },
    ],
    [said, today],
  );
}

/** The campaigns that one sees, the newest first. */
export default function CampaignsPage() {
  const said = useWords(words);
  const { user } = useSession();
  const navigate = useNavigate();
  const refusal = useCan()("campaign.change");
  const [view, setView] = useViewState(["state", "mine"]);
  const [making, setMaking] = useState(false);
  const columns = useColumns();
  const list = useList<CampaignView>("/clients/campaigns", {
    state: view.state,
    owner_id: view.mine && user.person_id ? user.person_id : "",
  });
  const create = (
    <Permitted refusal={refusal}>
      <Button
        type="primary"
        icon={<PlusOutlined />}
        disabled={refusal !== null}
        onClick={() => setMaking(true)}
      >
        {said.new_campaign}
      </Button>
    </Permitted>
  );
  return (
    <>
      <PageHeader title={said.campaigns} about={said.campaigns_about} actions={create} />
      <div className="kit-filters">
        <Segmented
          aria-label={said.state}
          value={view.state}
          options={[
            { value: "", label: said.every_state },
            ...STATES.map((value) => ({ value, label: said[value] })),
          ]}
          onChange={(state) => setView({ state })}
        />
        {user.person_id ? (
          <Checkbox
            checked={view.mine !== ""}
            onChange={(event) => setView({ mine: event.target.checked ? "1" : "" })}
          >
            {said.mine}
          </Checkbox>
        ) : null}
      </div>
      <ListTable
        label={said.campaigns}
        columns={columns}
        list={list}
        rowKey={(row) => row.id}
        empty={said.campaigns_empty}
        refusal={refusal}
        emptyAction={create}
      />
      {making ? (
        <CampaignDialog
          campaign={null}
          onDone={(saved) => void navigate(paths.campaign(saved.id))}
          onClose={() => setMaking(false)}
        />
      ) : null}
    </>
  );
}
