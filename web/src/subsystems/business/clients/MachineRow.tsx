import { App, Button, Checkbox } from "antd";
import { Link } from "react-router";
import type { CampaignMachineView } from "../../../api/contract";
import { useWords } from "../../../kit/language";
import { Permitted } from "../../../kit/Permitted";
import { fill } from "../../../kit/say";
import { StateTag } from "../../../kit/StateTag";
import { TimeAgo } from "../../../kit/TimeAgo";
import { paths } from "../../../paths";
import { words } from "./machineWords";
import { MACHINE_TONES } from "./tones";
import { useSay } from "./useSay";

function Ticket(props: { machine: CampaignMachineView }) {
  const { ticket, ticket_owed } = props.machine;
  const said = useWords(words);
  if (ticket) {
    return (
      <Link to={paths.ticket(ticket.id)}>{fill(said.ticket, { number: ticket.number })}</Link>
    );
  }
  return ticket_owed ? <span className="kit-quiet">{said.ticket_owed}</span> : null;
}

/** One machine: what became of it, who said so, and what can be said. */
export function MachineRow(props: {
  campaign: string;
  machine: CampaignMachineView;
  chosen: boolean;
  /** Whether something can be said at all. */
  running: boolean;
  refusal: string | null;
  onToggle: (id: string) => void;
  onSay: (machine: CampaignMachineView) => void;
}) {
  const { campaign, machine, chosen, running, refusal, onToggle, onSay } = props;
  const said = useWords(words);
  const { message } = App.useApp();
  const say = useSay(campaign, () => undefined);
  const { resource_id, name, state, reason, by, at } = machine;
  const done = () =>
    say.mutate(
      { machines: [machine], state: "done", reason: "" },
      { onError: (problem) => void message.error(problem.message) },
    );
  return (
    <li className="clients-machine">
      {running ? (
        <Checkbox
          aria-label={fill(said.choose_of, { name })}
          checked={chosen}
          onChange={() => onToggle(resource_id)}
        />
      ) : null}
      <div className="clients-machine-name">
        <Link to={paths.resource(resource_id)}>{name}</Link>
        {reason ? <div>{reason}</div> : null}
        <div className="kit-quiet">
          {by} {at ? <TimeAgo at={at} /> : null} <Ticket machine={machine} />
        </div>
      </div>
      <StateTag state={MACHINE_TONES[state]} text={said[state]} />
      {running ? (
        <span className="clients-machine-steps">
          {state === "done" ? null : (
            <Permitted refusal={refusal}>
              <Button
                disabled={refusal !== null}
                loading={say.isPending}
                aria-label={fill(said.set_done_of, { name })}
                onClick={done}
              >
                {said.set_done}
              </Button>
            </Permitted>
          )}
          <Permitted refusal={refusal}>
            <Button
              disabled={refusal !== null}
              aria-label={fill(said.say_one, { name })}
              onClick={() => onSay(machine)}
            >
              {said.say}
            </Button>
          </Permitted>
        </span>
      ) : null}
    </li>
  );
}
