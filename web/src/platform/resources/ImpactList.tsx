import { Link } from "react-router";
import type { AffectedView, ImpactView } from "../../api/contract";
import { useText, useWords } from "../../kit/language";
import { fill } from "../../kit/say";
import { StateTag } from "../../kit/StateTag";
import { paths } from "../../paths";
import { HARM_TONE } from "./harm";
import { words } from "./words";

function Why(props: { affected: AffectedView }) {
  const said = useWords(words);
  const textOf = useText();
  return (
    <ol className="resource-why">
      {props.affected.path.map((step) => (
        <li key={`${step.resource.id} ${step.needs.id} ${step.relation}`}>
          {fill(said.impact_step, { resource: step.resource.name, needs: step.needs.name })}
          {step.of > 1 ? (
            <span className="kit-quiet">
              {" "}
              {fill(said.impact_group, { working: step.working, of: step.of })}
              {step.suffices ? ` · ${textOf(step.suffices)}` : ""}
            </span>
          ) : null}
        </li>
      ))}
    </ol>
  );
}

/** Who fares worse and why, the worst first. */
export function ImpactList(props: { impact: ImpactView }) {
  const said = useWords(words);
  const { affected, cut_off, seen } = props.impact;
  if (affected.length === 0) return <p className="kit-quiet">{said.impact_none}</p>;
  return (
    <>
      <p className="kit-quiet">
        {fill(said.impact_seen, { seen, affected: affected.length })}
        {cut_off ? ` ${said.impact_cut}` : ""}
      </p>
      <ul className="resource-plain">
        {affected.map((one) => (
          <li key={one.resource.id} className="resource-affected">
            <StateTag state={HARM_TONE[one.severity]} text={said[`harm_${one.severity}`]} />
            <div>
              <Link to={paths.resource(one.resource.id)}>{one.resource.name}</Link>
              <Why affected={one} />
            </div>
          </li>
        ))}
      </ul>
    </>
  );
}
