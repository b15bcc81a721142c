import { Link } from "react-router";
import type { FactView, JsonObject } from "../../api/contract";
import { DescriptionList } from "../../kit/DescriptionList";
import { Diff } from "../../kit/Diff";
import { formatExact } from "../../kit/format";
import { useLanguage, useWords } from "../../kit/language";
import { paths } from "../../paths";
import { CausesTree } from "./CausesTree";
import { FieldValue } from "../fields/FieldValue";
import { useTerm } from "../fields/useTerm";
import { namedOf } from "../fields/valueWords";
import { momentOfField, momentsOf } from "./moments";
import { shownDetail, withheldOf } from "./shownDetail";
import { subjectName } from "./subjectName";
import { words } from "./words";
import "./journal.css";

/** The key of the type of the ticket that a fact is about. */
function typeOf({ detail }: FactView): string | undefined {
  return typeof detail["type"] === "string" ? detail["type"] : undefined;
}

function Detail(props: { fact: FactView }) {
  const { fact } = props;
  const term = useTerm(fact.subject.kind);
  const language = useLanguage();
  const entries = shownDetail(fact, subjectName(fact, language));
  if (entries.length === 0) return null;
  const items = entries.map(([key, value]) => ({
    key,
    term: term(key),
    value: (
      <FieldValue
        field={key}
        value={value}
        about={fact.subject.kind}
        at={momentOfField(fact, key)}
        type={typeOf(fact)}
      />
    ),
  }));
  return <DescriptionList items={items} columns={3} />;
}

/** What a fact is about, and who is kept by name, have names: their numbers say no more. */
function withoutIds(state: JsonObject | null, fact: FactView): JsonObject | null {
  if (state === null) return null;
  const fields = Object.entries(state).filter(
    ([field, value]) => field !== "id" || value !== fact.subject.id,
  );
  return Object.fromEntries(fields.map(([field, value]) => [field, namedOf(value) ?? value]));
}

/** What it was and what it is, in words; what the reader may not see is said to be so. */
function States(props: { fact: FactView }) {
  const { fact } = props;
  const said = useWords(words);
  const term = useTerm(fact.subject.kind);
  const withheld = withheldOf(fact);
  const moments = momentsOf(fact);
  if (!fact.before && !fact.after) return null;
  return (
    <Diff
      before={withoutIds(fact.before, fact)}
      after={withoutIds(fact.after, fact)}
      termOf={term}
      shown={(path, value, side) =>
        side === "after" && withheld.includes(path) ? (
          said.withheld
        ) : (
          <FieldValue
            field={path}
            value={value}
            about={fact.subject.kind}
            at={moments[side]}
            type={typeOf(fact)}
          />
        )
      }
    />
  );
}

/** What a row of the journal unfolds to: before and after, detail, and where it came from. */
export function FactDetail(props: { fact: FactView }) {
  const { fact } = props;
  const said = useWords(words);
  const language = useLanguage();
  const items = [
    { key: "seq", term: said.seq, value: fact.seq },
    { key: "at", term: said.time, value: formatExact(fact.at, language) },
    { key: "source", term: said.source, value: fact.source || null },
    {
      key: "request",
      term: said.request,
      value: fact.request_id ? <span className="kit-code">{fact.request_id}</span> : null,
    },
    {
      key: "cause",
      term: said.cause,
      value:
        fact.cause === null ? null : (
          <Link to={paths.journal({ cause: String(fact.cause) })}>{fact.cause}</Link>
        ),
    },
  ];
  return (
    <div className="journal-detail">
      <States fact={fact} />
      <Detail fact={fact} />
      <DescriptionList items={items.filter((item) => item.value !== null)} columns={3} />
      <CausesTree seq={fact.seq} />
    </div>
  );
}
