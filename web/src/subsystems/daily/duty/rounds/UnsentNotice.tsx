import { Alert, Button } from "antd";
import { useWords } from "../../../../kit/language";
import { fill } from "../../../../kit/say";
import type { Keeper, Keeping } from "./keeper";
import { words } from "./words";

/** Says what the server does not have yet, and whether it will be sent by itself. */
export function UnsentNotice(props: { keeper: Keeper; keeping: Keeping }) {
  const { keeper, keeping } = props;
  const said = useWords(words);
  const { unsent } = keeping.kept;
  const refused = unsent.filter((one) => one.refused !== null).length;
  const waits = unsent.length - refused;
  const says = keeping.sending === "waiting" ? said.unsent_waiting : said.unsent_some;
  return (
    <div className="rounds-notice" role="status" aria-live="polite">
      {waits > 0 ? (
        <Alert
          type={keeping.sending === "waiting" ? "warning" : "info"}
          showIcon
          title={fill(says, { n: waits })}
          action={
            <Button loading={keeping.sending === "sending"} onClick={() => void keeper.send()}>
              {said.send_now}
            </Button>
          }
        />
      ) : null}
      {refused > 0 ? (
        <Alert type="error" showIcon title={fill(said.refused_some, { n: refused })} />
      ) : null}
      {keeping.safe ? null : <Alert type="error" showIcon title={said.unsafe} />}
    </div>
  );
}
