import { Alert, Radio } from "antd";
import { useState } from "react";
import type { Json, TicketPageView, TicketTypeView } from "../../../api/contract";
import { useText, useWords } from "../../../kit/language";
import { fill } from "../../../kit/say";
import { RegionName } from "../../../platform/directory/PlaceName";
import { ResourceName } from "../../../platform/fields/ReferenceName";
import { useAnswer } from "./answers";
import type { Difference } from "./content";
import { words } from "./words";

type Kept = "mine" | "theirs" | "both";

/** A value of the form as people read it. */
function Value(props: { path: string[]; value: Json; type: TicketTypeView["type"] | undefined }) {
  const { path, value, type } = props;
  const said: Record<string, string> = useWords(words);
  const answer = useAnswer(type);
  const [first, key = ""] = path;
  if (value === null || value === "") return <span className="kit-quiet">{said.due_none}</span>;
  if (first === "region_id") return <RegionName id={String(value)} />;
  if (Array.isArray(value)) {
    if (value.length === 0) return <span className="kit-quiet">{said.due_none}</span>;
    return value.map((id) => (
      <div key={String(id)}>
        <ResourceName id={String(id)} />
      </div>
    ));
  }
  if (first === "fields") return answer(key, value).value;
  const level = first === "impact" || first === "urgency";
  return level ? (said[String(value)] ?? String(value)) : String(value);
}

/** What a field of the form is called. */
function useFieldName(type: TicketTypeView["type"] | undefined): (path: string[]) => string {
  const said = useWords(words);
  const text = useText();
  return ([first = "", key = ""]) => {
    if (first === "requester") {
      return `${said.requester} · ${key === "name" ? said.requester_name : said.contact}`;
    }
    if (first === "fields") return text(type?.fields.find((one) => one.key === key)?.name) || key;
    const names: Record<string, string> = {
      subject: said.subject,
      text: said.text,
      region_id: said.region,
      impact: said.impact,
      urgency: said.urgency,
      resource_ids: said.resources,
    };
    return names[first] ?? first;
  };
}

function Conflict(props: {
  difference: Difference;
  type: TicketTypeView["type"] | undefined;
  onPut: (path: string[], value: Json) => void;
}) {
  const { difference, type, onPut } = props;
  const { path, theirs, mine, by } = difference;
  const said = useWords(words);
  const name = useFieldName(type)(path);
  const [kept, setKept] = useState<Kept>(by === "them" ? "theirs" : "mine");
  const choose = (wanted: Kept) => {
    setKept(wanted);
    const both = `${String(theirs)}\n\n${String(mine)}`;
    onPut(path, { mine, theirs, both }[wanted]);
  };
  const choices: Kept[] = path[0] === "text" ? ["mine", "theirs", "both"] : ["mine", "theirs"];
  return (
    <div className="desk-conflict" role="group" aria-label={name}>
      <strong>{name}</strong>
      <dl>
        <div>
          <dt>{said.kept_mine}</dt>
          <dd className="desk-text">
            <Value path={path} value={mine} type={type} />
          </dd>
        </div>
        <div>
          <dt>{said.kept_theirs}</dt>
          <dd className="desk-text">
            <Value path={path} value={theirs} type={type} />
          </dd>
        </div>
      </dl>
      <Radio.Group
        aria-label={fill(said.keep_which, { name })}
        value={kept}
        options={choices.map((value) => ({ value, label: said[`keep_${value}`] }))}
        onChange={(event) => choose(event.target.value)}
      />
    </div>
  );
}

/** What others changed while a form was filled in: both texts, and which of them is kept. */
export function Differences(props: {
  ticket: TicketPageView;
  type: TicketTypeView["type"] | undefined;
  differences: Difference[];
  onPut: (path: string[], value: Json) => void;
}) {
  const { ticket, type, differences, onPut } = props;
  const said = useWords(words);
  if (differences.length === 0) return null;
  return (
    <Alert
      type="warning"
      showIcon
      className="kit-error"
      title={said.merged}
      description={differences.map((one) => (
        <Conflict
          key={`${ticket.version} ${one.path.join(".")}`}
          difference={one}
          type={type}
          onPut={onPut}
        />
      ))}
    />
  );
}
