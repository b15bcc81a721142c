import { Alert } from "antd";
import { Link } from "react-router";
import type { SeparationDutyView, SeparationHolderView } from "../../../api/contract";
import { Card } from "../../../kit/Card";
import { useWords } from "../../../kit/language";
import { fill } from "../../../kit/say";
import type { Said } from "../../../kit/say";
import { StateTag } from "../../../kit/StateTag";
import { paths } from "../../../paths";
import { useRoleList } from "../../../shell/roles";
import { words } from "./dutyWords";

/** One who keeps a duty may leave: with a second one it is still kept. */
const WANTED = 2;

function Holder(props: { holder: SeparationHolderView }) {
  const said = useWords(words);
  const roles = useRoleList();
  const { holder } = props;
  const lacks = holder.lacks.join(said.comma);
  const why = holder.shortfall ? fill(said[`shortfall_${holder.shortfall}`], { lacks }) : null;
  return (
    <li>
      <Link to={paths.user(holder.user_id)}>{holder.user_name}</Link> · {roles(holder.roles)}{" "}
      <StateTag
        state={why === null ? "ok" : "warning"}
        text={why === null ? said.counts : fill(said.counts_not, { why })}
      />
    </li>
  );
}

function warningOf(duty: SeparationDutyView, said: Said<typeof words>) {
  if (duty.held === 0) return said.held_by_nobody;
  if (duty.counting === 0) return said.kept_by_nobody;
  return duty.counting < WANTED ? said.kept_by_one : null;
}

function Duty(props: { duty: SeparationDutyView }) {
  const said = useWords(words);
  const { duty } = props;
  const warning = warningOf(duty, said);
  const more = duty.held - duty.holders.length;
  return (
    <section aria-label={said[`duty_${duty.duty}`]}>
      <h3>{said[`duty_${duty.duty}`]}</h3>
      <p>{fill(said.figures, { held: duty.held, counting: duty.counting })}</p>
      {warning ? (
        <Alert
          showIcon
          role="note"
          type={duty.counting === 0 ? "error" : "warning"}
          className="kit-error"
          title={warning}
        />
      ) : null}
      <ul>
        {duty.holders.map((holder) => (
          <Holder key={holder.user_id} holder={holder} />
        ))}
      </ul>
      {more > 0 ? <p className="kit-quiet">{fill(said.more, { more })}</p> : null}
    </section>
  );
}

/** Who has each of the three duties now, and who of them counts as its last holder. */
export function DutiesCard(props: { duties: readonly SeparationDutyView[]; separated: boolean }) {
  const said = useWords(words);
  return (
    <Card title={said.title}>
      <p className="kit-quiet">{props.separated ? said.about : said.about_before}</p>
      {props.duties.map((duty) => (
        <Duty key={duty.duty} duty={duty} />
      ))}
    </Card>
  );
}
