import { Button, Skeleton, Space } from "antd";
import { useState } from "react";
import { useParams } from "react-router";
import type { CampaignView } from "../../../api/contract";
import { useChange, useOne } from "../../../api/hooks";
import { ConfirmDanger } from "../../../kit/ConfirmDanger";
import { DescriptionList } from "../../../kit/DescriptionList";
import { dayOf } from "../../../kit/days";
import { ErrorPanel } from "../../../kit/ErrorPanel";
import { useWords } from "../../../kit/language";
import { PageHeader } from "../../../kit/PageHeader";
import { Permitted } from "../../../kit/Permitted";
import { fill } from "../../../kit/say";
import { SheetMenu } from "../../../kit/SheetMenu";
import { StateTag } from "../../../kit/StateTag";
import { useNow } from "../../../kit/TimeAgo";
import { UnitName } from "../../../platform/directory/PlaceName";
import { isOverdue, sumOf } from "./campaign";
import { CampaignDialog } from "./CampaignDialog";
import { MachineList } from "./MachineList";
import { Progress } from "./Progress";
import { CAMPAIGN_TONES } from "./tones";
import { words } from "./words";
import "./clients.css";

function useStep(one: CampaignView, step: "start" | "finish" | "cancel") {
  return useChange<CampaignView>(
    () => ({
      method: "POST",
      path: `/clients/campaigns/${one.id}/${step}`,
      version: one.version,
    }),
    { touches: ["journal"] },
  );
}

function Steps(props: { one: CampaignView; refusal: string | null }) {
  const { one, refusal } = props;
  const said = useWords(words);
  const [start, finish, cancel] = [
    useStep(one, "start"),
    useStep(one, "finish"),
    useStep(one, "cancel"),
  ];
  const { name } = one.campaign;
  const { all, over } = sumOf(one.counts);
  return (
    <>
      <ErrorPanel problem={start.error ?? finish.error} />
      <Space wrap>
        {one.state === "planned" ? (
          <Permitted refusal={refusal}>
            <Button
              type="primary"
              disabled={refusal !== null}
              loading={start.isPending}
              onClick={() => start.mutate()}
            >
              {said.start}
            </Button>
          </Permitted>
        ) : (
          <Permitted refusal={refusal}>
            <Button
              type={over === all ? "primary" : "default"}
              disabled={refusal !== null}
              loading={finish.isPending}
              onClick={() => finish.mutate()}
            >
              {said.finish}
            </Button>
          </Permitted>
        )}
        <ConfirmDanger
          action={said.cancel_it}
          title={fill(said.cancel_title, { name })}
          running={cancel.isPending}
          problem={cancel.error}
          refusal={refusal}
          onConfirm={() => cancel.mutateAsync()}
        >
          {said.cancel_about}
        </ConfirmDanger>
      </Space>
    </>
  );
}

function Actions(props: { one: CampaignView; onEdit: () => void }) {
  const { one, onEdit } = props;
  const said = useWords(words);
  const refusal = one.may_change ? null : said.not_here;
  return (
    <Space wrap>
      {one.started_at ? (
        <SheetMenu path={`/clients/campaigns/${one.id}/export`} name="campaign" />
      ) : null}
      {one.ended_at ? null : (
        <>
          <Permitted refusal={refusal}>
            <Button disabled={refusal !== null} onClick={onEdit}>
              {said.edit}
            </Button>
          </Permitted>
          <Steps one={one} refusal={refusal} />
        </>
      )}
    </Space>
  );
}

function Facts(props: { one: CampaignView }) {
  const { one } = props;
  const { campaign } = one;
  const said = useWords(words);
  const { machines } = campaign;
  const items = [
    { key: "kind", term: said.kind, value: said[campaign.kind] },
    {
      key: "software",
      term: said.software,
      value: `${campaign.software} ${campaign.software_version ?? ""}`.trim(),
    },
    { key: "unit", term: said.unit, value: <UnitName id={campaign.unit_id} /> },
    { key: "owner", term: said.owner, value: one.owner ?? "–" },
    { key: "days", term: said.days, value: `${campaign.from} – ${campaign.to}` },
    { key: "progress", term: said.progress, value: <Progress one={one} /> },
    ...("filter" in machines
      ? [{ key: "filter", term: said.filter, value: <code>{machines.filter}</code> }]
      : []),
  ];
  return (
    <>
      <DescriptionList items={items} columns={3} />
      {campaign.instructions ? (
        <section aria-label={said.instructions} className="clients-instructions">
          {campaign.instructions}
        </section>
      ) : null}
    </>
  );
}

/** A campaign: what is done, how far it is, and its machines. */
export default function CampaignPage() {
  const { id = "" } = useParams();
  const said = useWords(words);
  const today = dayOf(new Date(useNow()));
  const [editing, setEditing] = useState(false);
  const { value, loading, problem, reload } = useOne<CampaignView>(`/clients/campaigns/${id}`);
  const one = value?.id === id ? value : undefined;
  return (
    <>
      <PageHeader
        title={one?.campaign.name ?? said.campaigns}
        tags={
          one ? (
            <>
              <StateTag state={CAMPAIGN_TONES[one.state]} text={said[one.state]} />
              {isOverdue(one, today) ? <StateTag state="critical" text={said.overdue} /> : null}
            </>
          ) : null
        }
        actions={one ? <Actions one={one} onEdit={() => setEditing(true)} /> : null}
      />
      <ErrorPanel problem={problem} onRetry={reload} />
      {loading ? <Skeleton active /> : null}
      {one ? (
        <div className="clients-page">
          <Facts one={one} />
          <MachineList one={one} />
        </div>
      ) : null}
      {one && editing ? (
        <CampaignDialog
          campaign={one}
          onDone={() => setEditing(false)}
          onClose={() => setEditing(false)}
        />
      ) : null}
    </>
  );
}
