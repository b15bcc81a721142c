import { PlusOutlined } from "@ant-design/icons";
import { Alert, Button, Empty, Skeleton } from "antd";
import { useState } from "react";
import type { ProviderView } from "../../../api/contractProviders";
import { useItems } from "../../../api/hooks";
import { Card } from "../../../kit/Card";
import { DescriptionList } from "../../../kit/DescriptionList";
import { ErrorPanel } from "../../../kit/ErrorPanel";
import { useWords } from "../../../kit/language";
import { PageHeader } from "../../../kit/PageHeader";
import { Permitted } from "../../../kit/Permitted";
import { StateTag } from "../../../kit/StateTag";
import { useCanEverywhere } from "../../../shell/can";
import { ProviderActions } from "./ProviderActions";
import { ProviderDialog } from "./ProviderDialog";
import { words } from "./words";
import "../access.css";

function Provider(props: { provider: ProviderView; onEdit: () => void }) {
  const { provider } = props;
  const said = useWords(words);
  const { settings } = provider;
  const items = [
    { key: "issuer", term: said.issuer, value: settings.issuer },
    { key: "client", term: said.client_id, value: settings.client_id },
    {
      key: "secret",
      term: said.client_secret,
      value: provider.client_secret_set ? said.secret_set : said.secret_unset,
    },
    {
      key: "redirect",
      term: said.redirect_uri,
      value: provider.redirect_uri ? <code>{provider.redirect_uri}</code> : null,
    },
    ...(settings.ends_session
      ? [
          {
            key: "way_out",
            term: said.post_logout_redirect_uri,
            value: provider.post_logout_redirect_uri ? (
              <code>{provider.post_logout_redirect_uri}</code>
            ) : null,
          },
        ]
      : []),
    { key: "name", term: said.name_claim, value: <code>{settings.name_claim}</code> },
    {
      key: "state",
      term: said.enabled,
      value: <StateTag state={settings.enabled ? "ok" : "disabled"} />,
    },
  ];
  return (
    <Card
      title={provider.label}
      extra={<ProviderActions provider={provider} onEdit={props.onEdit} />}
    >
      {provider.redirect_uri ? null : (
        <Alert type="warning" showIcon className="kit-error" title={said.no_redirect} />
      )}
      <DescriptionList items={items} columns={3} />
    </Card>
  );
}

/** Those who vouch for users. */
export default function ProvidersPage() {
  const said = useWords(words);
  const refusal = useCanEverywhere()("provider.change");
  const [edited, setEdited] = useState<ProviderView | "new" | null>(null);
  const list = useItems<ProviderView>("/providers");
  const add = (
    <Permitted refusal={refusal}>
      <Button
        type="primary"
        icon={<PlusOutlined />}
        disabled={refusal !== null}
        onClick={() => setEdited("new")}
      >
        {said.add}
      </Button>
    </Permitted>
  );
  return (
    <>
      <PageHeader title={said.title} about={said.about} actions={add} />
      <ErrorPanel problem={list.problem} onRetry={list.reload} />
      {list.loading ? <Skeleton active /> : null}
      <div className="access-column">
        {list.items.map((provider) => (
          <Provider
            key={provider.id}
            provider={provider}
            onEdit={() => setEdited(provider)}
          />
        ))}
      </div>
      {list.items.length === 0 && !list.loading && !list.problem ? (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={said.empty} />
      ) : null}
      {edited ? (
        <ProviderDialog
          {...(edited === "new" ? {} : { provider: edited })}
          onClose={() => setEdited(null)}
        />
      ) : null}
    </>
  );
}
