import { App, Button, Space } from "antd";
import type { ProviderTestView, ProviderView } from "../../../api/contractProviders";
import { useChange } from "../../../api/hooks";
import { ConfirmDanger } from "../../../kit/ConfirmDanger";
import { ErrorPanel } from "../../../kit/ErrorPanel";
import { useWords } from "../../../kit/language";
import { Permitted } from "../../../kit/Permitted";
import { fill } from "../../../kit/say";
import { useCanEverywhere } from "../../../shell/can";
import { words } from "./words";

/** Tries, changes and removes a provider. */
export function ProviderActions(props: { provider: ProviderView; onEdit: () => void }) {
  const { provider } = props;
  const said = useWords(words);
  const refusal = useCanEverywhere()("provider.change");
  const { message } = App.useApp();
  const path = `/providers/${provider.id}`;
  const test = useChange<ProviderTestView>(() => ({ method: "POST", path: `${path}/test` }), {
    onDone: ({ issuer, keys, token_endpoint, end_session_endpoint }) => {
      if (token_endpoint === null) void message.warning(said.test_no_token);
      else if (provider.settings.ends_session && end_session_endpoint === null)
        void message.warning(said.test_no_way_out);
      else void message.success(fill(said.test_ok, { issuer, keys }));
    },
  });
  const remove = useChange<null>(() => ({ method: "DELETE", path }));
  const disabled = refusal !== null;
  return (
    <>
      <Space wrap>
        <Permitted refusal={refusal}>
          <Button
            size="small"
            disabled={disabled}
            loading={test.isPending}
            onClick={() => test.mutate()}
          >
            {said.test}
          </Button>
        </Permitted>
        <Permitted refusal={refusal}>
          <Button size="small" disabled={disabled} onClick={props.onEdit}>
            {said.edit}
          </Button>
        </Permitted>
        <ConfirmDanger
          small
          action={said.remove}
          title={fill(said.remove_of, { name: provider.label })}
          running={remove.isPending}
          problem={remove.error}
          refusal={refusal}
          onConfirm={() => remove.mutateAsync()}
        >
          {said.remove_what}
        </ConfirmDanger>
      </Space>
      <ErrorPanel problem={test.error} />
    </>
  );
}
