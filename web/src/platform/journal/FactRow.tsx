import { Link } from "react-router";
import type { FactView, JsonObject } from "../../api/contract";
import { DescriptionList } from "../../kit/DescriptionList";
import { Diff } from "../../kit/Diff";
import { formatExact } from "../../kit/format";
import { useLanguage, useWords } from "../../kit/language";
import { paths } from "../../paths";
import { CausesTree } from "./CausesTree";
import { words } from "./words";

function Detail(props: { detail: JsonObject }) {
  const entries = Object.entries(props.detail);
  if (entries.length === 0) return null;
  const items = entries.map(([key, value]) => ({
    key,
    term: key,
    value: (
      <span className="kit-code">{typeof value === "string" ? value : JSON.stringify(value)}</span>
    ),
  }));
  return <DescriptionList items={items} columns={3} />;
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
      {fact.before || fact.after ? <Diff before={fact.before} after={fact.after} /> : null}
      <Detail detail={fact.detail} />
      <DescriptionList items={items.filter((item) => item.value !== null)} columns={3} />
      <CausesTree seq={fact.seq} />
    </div>
  );
}
