import { Link } from "react-router";
import type { IncidentPageView, IncidentStoryView, IncidentView } from "../../../../api/contract";
import { useItems } from "../../../../api/hooks";
import { Card } from "../../../../kit/Card";
import { useText, useWords } from "../../../../kit/language";
import { fill } from "../../../../kit/say";
import { TimeAgo } from "../../../../kit/TimeAgo";
import { paths } from "../../../../paths";
import { verbWord, words as verbs } from "../../../../platform/journal/verbs";
import { toldOf } from "./calls";
import { words } from "./words";

function Story(props: { story: IncidentStoryView }) {
  const said = useWords(words);
  const { story } = props;
  return (
    <li>
      <Link to={paths.alert(story.alert_id)}>{story.resource.name}</Link>
      <div className="kit-quiet">
        {story.steps
          .toReversed()
          .map((step) =>
            fill(step.of > 1 ? said.needs_group : said.needs, {
              resource: step.resource.name,
              needs: step.needs.name,
              working: String(step.working),
              of: String(step.of),
            }),
          )
          .join(" · ")}
      </div>
    </li>
  );
}

function Changes(props: { incident: IncidentView }) {
  const said = useWords(words);
  const saidVerbs = useWords(verbs);
  const text = useText();
  return (
    <>
      <h3 className="incident-part">{said.changes}</h3>
      <ul>
        {props.incident.changes.map((change) => (
          <li key={change.seq}>
            {verbWord(saidVerbs, change.verb)}{" "}
            <Link to={paths.resource(change.resource.id)}>{change.resource.name}</Link>{" "}
            <span className="kit-quiet">
              {change.actor} · <TimeAgo at={change.at} /> · {text(change.reason)}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

/** How many of those who were told were called by a chain, where any was. */
function Calls(props: { incident: IncidentView }) {
  const said = useWords(words);
  const pages = useItems<IncidentPageView>(`/incidents/${props.incident.id}/pages`).items;
  const { messages, calls, answered } = toldOf(pages);
  if (calls === 0) return null;
  return <li>{fill(said.told_by_calls, { messages, calls, answered })}</li>;
}

/** What the cause is and why: in sentences, with the evidence. */
export function VerdictCard(props: { incident: IncidentView }) {
  const { incident } = props;
  const said = useWords(words);
  const text = useText();
  return (
    <Card title={said.why}>
      <ul className="incident-verdict">
        {incident.verdict.map((sentence) => (
          <li key={sentence.en}>{text(sentence)}</li>
        ))}
        <Calls incident={incident} />
      </ul>
      {incident.others.length > 0 ? (
        <p>
          {said.others}:{" "}
          {incident.others.map((one, at) => (
            <span key={one.id}>
              {at > 0 ? ", " : ""}
              <Link to={paths.resource(one.id)}>{one.name}</Link>
            </span>
          ))}
        </p>
      ) : null}
      {incident.changes.length > 0 ? <Changes incident={incident} /> : null}
      {incident.stories.length > 0 ? (
        <details>
          <summary>{said.stories}</summary>
          <ul>
            {incident.stories.map((story) => (
              <Story key={story.alert_id} story={story} />
            ))}
          </ul>
        </details>
      ) : null}
    </Card>
  );
}
