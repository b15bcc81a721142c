import { PlusOutlined } from "@ant-design/icons";
import { Button, Empty, Skeleton } from "antd";
import { useState } from "react";
import type { DirectorySourceView } from "../../../api/contract";
import { useItems } from "../../../api/hooks";
import { Card } from "../../../kit/Card";
import { DescriptionList } from "../../../kit/DescriptionList";
import { ErrorPanel } from "../../../kit/ErrorPanel";
import { useWords } from "../../../kit/language";
import { PageHeader } from "../../../kit/PageHeader";
import { Permitted } from "../../../kit/Permitted";
import { StateTag } from "../../../kit/StateTag";
import { TimeAgo } from "../../../kit/TimeAgo";
import { useCanEverywhere } from "../../../shell/can";
import { SourceActions } from "./SourceActions";
import { useGrantedPosts } from "./GrantedPosts";
import { ScimClients } from "./ScimClients";
import { SourceDialog } from "./SourceDialog";
import { SourceSignInDialog } from "./SourceSignInDialog";
import { SyncReport } from "./SyncReport";
import { words as signInWords } from "./signInWords";
import { words } from "./words";
import "../directory.css";

function Result(props: { source: DirectorySourceView }) {
  const said = useWords(words);
  const { report } = props.source;
  if (!report) return <StateTag state="pending" text={said.not_run} />;
  if (report.failure) return <StateTag state="failed" text={said.went_wrong} />;
  return <StateTag state="ok" text={said.went_well} />;
}

function Source(props: { source: DirectorySourceView; onEdit: () => void }) {
  const { source } = props;
  const said = useWords(words);
  const signing = useWords(signInWords);
  const [signIn, setSignIn] = useState(false);
  const { settings } = source;
  const posts = useGrantedPosts(source);
  const items = [
    { key: "url", term: said.url, value: settings.url },
    { key: "base", term: said.base, value: settings.base },
    { key: "filter", term: said.filter, value: <code>{settings.filter}</code> },
    {
      key: "enabled",
      term: said.enabled,
      value: settings.enabled ? `${settings.interval_s} s` : <StateTag state="disabled" />,
    },
    {
      key: "sign_in",
      term: signing.action,
      value: source.sign_in.enabled ? (
        <StateTag state="ok" text={`${signing.on} (${source.sign_in.attribute})`} />
      ) : (
        <StateTag state="disabled" />
      ),
    },
    posts,
    { key: "run", term: said.last_run, value: <TimeAgo at={source.run_at} /> },
    { key: "result", term: said.result, value: <Result source={source} /> },
  ];
  return (
    <Card
      title={source.name}
      extra={
        <SourceActions
          source={source}
          onEdit={props.onEdit}
          onSignIn={() => setSignIn(true)}
        />
      }
    >
      {signIn ? <SourceSignInDialog source={source} onClose={() => setSignIn(false)} /> : null}
      <DescriptionList items={items} columns={3} />
      {source.preview ? <SyncReport title={said.preview} report={source.preview} /> : null}
      {source.report ? <SyncReport title={said.report} report={source.report} /> : null}
    </Card>
  );
}

/** Where people come from: directories that they are taken from, providers that bring them. */
export default function SourcesPage() {
  const said = useWords(words);
  const refusal = useCanEverywhere()("directory.change");
  const [edited, setEdited] = useState<DirectorySourceView | "new" | null>(null);
  const list = useItems<DirectorySourceView>("/directory/sources");
  return (
    <>
      <PageHeader
        title={said.sources}
        about={said.sources_about}
        actions={
          <Permitted refusal={refusal}>
            <Button
              type="primary"
              icon={<PlusOutlined />}
              disabled={refusal !== null}
              onClick={() => setEdited("new")}
            >
              {said.source_new}
            </Button>
          </Permitted>
        }
      />
      <ErrorPanel problem={list.problem} onRetry={list.reload} />
      <section className="directory-column" aria-labelledby="sources-ldap">
        <h2 id="sources-ldap" className="directory-heading">
          {said.ldap}
        </h2>
        {list.loading ? <Skeleton active /> : null}
        {list.items.map((source) => (
          <Source key={source.id} source={source} onEdit={() => setEdited(source)} />
        ))}
        {list.items.length === 0 && !list.loading && !list.problem ? (
          <div className="kit-card">
            <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={said.sources_empty} />
          </div>
        ) : null}
      </section>
      <section className="directory-column directory-part-below" aria-labelledby="sources-scim">
        <h2 id="sources-scim" className="directory-heading">
          {said.scim}
        </h2>
        <ScimClients />
      </section>
      {edited ? (
        <SourceDialog
          {...(edited === "new" ? {} : { source: edited })}
          onClose={() => setEdited(null)}
        />
      ) : null}
    </>
  );
}
