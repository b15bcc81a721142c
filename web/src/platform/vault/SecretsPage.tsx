import { PlusOutlined } from "@ant-design/icons";
import { Button, Select } from "antd";
import { useMemo, useState } from "react";
import type { SecretView } from "../../api/contract";
import { useList } from "../../api/hooks";
import { useWords } from "../../kit/language";
import { ListTable } from "../../kit/ListTable";
import type { Column } from "../../kit/ListTable";
import { PageHeader } from "../../kit/PageHeader";
import { Permitted } from "../../kit/Permitted";
import { fill } from "../../kit/say";
import type { Said } from "../../kit/say";
import { SearchBox } from "../../kit/SearchBox";
import { StateTag } from "../../kit/StateTag";
import { TimeAgo, useNow } from "../../kit/TimeAgo";
import { useViewState } from "../../kit/viewState";
import { useCan, useCanEverywhere } from "../../shell/can";
import { UnitName } from "../directory/PlaceName";
import { SECRET_KINDS, useKindTitle } from "./kinds";
import { SecretActions } from "./SecretActions";
import { SecretDialog } from "./SecretDialog";
import { VaultCard } from "./VaultCard";
import { words } from "./words";
import "./vault.css";

/** The journal is told so long before a secret ends (`secret.expiring`). */
const SOON_MS = 14 * 86_400_000;
const VIEW = ["q", "kind"] as const;

function Expiry(props: { secret: SecretView }) {
  const said = useWords(words);
  const now = useNow();
  const { expires_at, expired } = props.secret;
  if (!expires_at) return <span className="kit-quiet">{said.no_expiry}</span>;
  const soon = !expired && Date.parse(expires_at) - now < SOON_MS;
  return (
    <>
      {expired ? <StateTag state="critical" text={said.expired} /> : null}
      {soon ? <StateTag state="warning" text={said.expires_soon} /> : null}{" "}
      <TimeAgo at={expires_at} />
    </>
  );
}

function columnsOf(
  said: Said<typeof words>,
  titleOf: ReturnType<typeof useKindTitle>,
): Column<SecretView>[] {
  return [
    {
      key: "name",
      title: said.name,
      render: (_, secret) => (
        <>
          <div>{secret.name}</div>
          {secret.description ? <small className="kit-quiet">{secret.description}</small> : null}
        </>
      ),
    },
    { key: "kind", title: said.kind, render: (_, secret) => titleOf(secret.kind) },
    { key: "owner", title: said.owner, render: (_, secret) => secret.owner || "–" },
    {
      key: "unit",
      title: said.unit,
      render: (_, { unit_id }) => (unit_id ? <UnitName id={unit_id} /> : "–"),
    },
    { key: "expires", title: said.expires, render: (_, secret) => <Expiry secret={secret} /> },
    {
      key: "value",
      title: said.value_set,
      render: (_, secret) => (
        <>
          <TimeAgo at={secret.value_set_at} />{" "}
          <small className="kit-quiet">
            {fill(said.value_version, { n: secret.value_version })}
          </small>
        </>
      ),
    },
    {
      key: "actions",
      title: "",
      align: "right",
      render: (_, secret) => <SecretActions secret={secret} />,
    },
  ];
}

/** The secrets of the vault, without their values. */
export default function SecretsPage() {
  const said = useWords(words);
  const titleOf = useKindTitle();
  const refusal = useCan()("secret.change");
  const everywhere = useCanEverywhere();
  const [view, setView] = useViewState(VIEW);
  const [making, setMaking] = useState(false);
  const list = useList<SecretView>("/secrets", view);
  const columns = useMemo(() => columnsOf(said, titleOf), [said, titleOf]);
  const create = (
    <Permitted refusal={refusal}>
      <Button
        type="primary"
        icon={<PlusOutlined />}
        disabled={refusal !== null}
        onClick={() => setMaking(true)}
      >
        {said.create}
      </Button>
    </Permitted>
  );
  return (
    <>
      <PageHeader title={said.title} about={said.about} actions={create} />
      <div className="kit-filters">
        <SearchBox value={view.q} label={said.search} onSearch={(q) => setView({ q })} />
        <Select
          allowClear
          aria-label={said.kind}
          placeholder={said.every_kind}
          className="vault-kind"
          value={view.kind || null}
          onChange={(kind: string | undefined) => setView({ kind: kind ?? "" })}
          options={SECRET_KINDS.map((kind) => ({ value: kind, label: titleOf(kind) }))}
        />
      </div>
      <ListTable<SecretView>
        label={said.title}
        columns={columns}
        list={list}
        rowKey={(secret) => secret.id}
        empty={said.empty}
        emptyAction={create}
      />
      {everywhere("secret.read") === null ? <VaultCard /> : null}
      {making ? <SecretDialog secret={null} onClose={() => setMaking(false)} /> : null}
    </>
  );
}
