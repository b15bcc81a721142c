import type { VaultView } from "../../api/contract";
import { useChange, useOne } from "../../api/hooks";
import { Card } from "../../kit/Card";
import { ConfirmDanger } from "../../kit/ConfirmDanger";
import { DescriptionList } from "../../kit/DescriptionList";
import { ErrorPanel } from "../../kit/ErrorPanel";
import { useText, useWords } from "../../kit/language";
import { fill } from "../../kit/say";
import { StateTag } from "../../kit/StateTag";
import { useCanEverywhere } from "../../shell/can";
import { words } from "./words";

type MasterKey = VaultView["keys"][number];

function KeyState(props: { master: MasterKey }) {
  const said = useWords(words);
  const { master } = props;
  if (!master.at_hand) return <StateTag state="critical" text={said.key_missing} />;
  if (master.current) return <StateTag state="ok" text={said.key_current} />;
  return <StateTag state="pending" text={said.key_old} />;
}

function Rotate(props: { rotates: boolean }) {
  const said = useWords(words);
  const refusal = useCanEverywhere()("secret.change");
  const rotate = useChange<VaultView>(() => ({ method: "POST", path: "/vault/rotate" }), {
    touches: ["secrets"],
  });
  return (
    <ConfirmDanger
      small
      action={said.rotate}
      title={said.rotate_title}
      running={rotate.isPending}
      problem={rotate.error}
      refusal={props.rotates ? refusal : said.rotate_not}
      onConfirm={() => rotate.mutateAsync()}
    >
      {said.rotate_what}
    </ConfirmDanger>
  );
}

/**
 * How the vault stands: open or locked and why, and how much is under which master key. Not for
 * those who see the secrets of some units only.
 */
export function VaultCard() {
  const said = useWords(words);
  const textOf = useText();
  const read = useOne<VaultView>("/vault");
  const vault = read.value;
  if (!vault) return <ErrorPanel problem={read.problem} onRetry={read.reload} />;
  const state = vault.locked ? (
    <>
      <StateTag state="critical" text={said.vault_locked} />
      <div>{textOf(vault.locked)}</div>
    </>
  ) : (
    <StateTag state="ok" text={said.vault_open} />
  );
  return (
    <Card title={said.vault} extra={<Rotate rotates={vault.rotates} />}>
      <DescriptionList
        items={[
          { key: "state", term: said.vault_state, value: state },
          {
            key: "from",
            term: said.keys_from,
            value: (
              <>
                <code>{vault.keys_from}</code>
                <div className="kit-quiet">{said.keys_backup}</div>
              </>
            ),
          },
          ...vault.keys.map((master) => ({
            key: master.id,
            term: fill(said.key, { id: master.id }),
            value: (
              <>
                <KeyState master={master} /> {fill(said.key_secrets, { n: master.secrets })}
              </>
            ),
          })),
        ]}
      />
    </Card>
  );
}
