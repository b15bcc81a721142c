import { Alert } from "antd";
import { useMemo } from "react";
import type { DutyImportedView, SpanView } from "../../../../api/contract";
import { Card } from "../../../../kit/Card";
import { DescriptionList } from "../../../../kit/DescriptionList";
import { formatExact } from "../../../../kit/format";
import { useLanguage, useText, useWords } from "../../../../kit/language";
import { LinkButton } from "../../../../kit/LinkButton";
import { ListTable } from "../../../../kit/ListTable";
import type { Column } from "../../../../kit/ListTable";
import { fill } from "../../../../kit/say";
import { StateTag } from "../../../../kit/StateTag";
import type { Tone } from "../../../../kit/StateTag";
import { paths } from "../../../../paths";
import { spanWords } from "../days";
import { fixedList } from "../fixedList";
import { words } from "./words";

const EFFECTS: Record<DutyImportedView["effect"], Tone> = {
  created: "info",
  changed: "warning",
  same: "ok",
};

/** Those of the file who are on in what is shown, each once. */
function matchedIn(one: DutyImportedView): string[] {
  return [...new Set(one.spans.flatMap((span) => (span.person ? [span.person.name] : [])))];
}

function Unmatched(props: { names: string[] }) {
  const said = useWords(words);
  if (props.names.length === 0) return null;
  return (
    <Alert
      type="warning"
      showIcon
      title={fill(said.unmatched_about, { n: props.names.length })}
      description={
        <ul aria-label={said.people_unmatched}>
          {props.names.map((name) => (
            <li key={name}>{name}</li>
          ))}
        </ul>
      }
    />
  );
}

type Lacks = DutyImportedView["lacking"][number];

function Lacking(props: { lacking: Lacks[] }) {
  const said = useWords(words);
  const text = useText();
  const columns = useMemo<Column<Lacks>[]>(
    () => [
      { key: "what", title: said.lacking_what, width: 260, render: (_, one) => one.what },
      { key: "why", title: said.lacking_why, width: 320, render: (_, one) => text(one.why) },
    ],
    [said, text],
  );
  if (props.lacking.length === 0) return <p className="kit-quiet">{said.lacking_none}</p>;
  return (
    <>
      <h3>{said.lacking}</h3>
      <ListTable
        label={said.lacking}
        columns={columns}
        list={fixedList(props.lacking)}
        rowKey={(row) => `${row.what} ${row.why.en}`}
        empty={said.lacking_none}
        size="small"
      />
    </>
  );
}

function Spans(props: { one: DutyImportedView }) {
  const { one } = props;
  const said = useWords(words);
  const language = useLanguage();
  const { zone } = one.roster;
  const columns = useMemo<Column<SpanView>[]>(
    () => [
      {
        key: "when",
        title: said.when,
        width: 240,
        render: (_, span) => spanWords(span.from, span.to, language, zone),
      },
      {
        key: "person",
        title: said.person,
        width: 150,
        render: (_, span) => span.person?.name ?? said.nobody,
      },
      { key: "position", title: said.position, width: 180, render: (_, span) => span.position_name },
    ],
    [said, language, zone],
  );
  return (
    <details>
      <summary>{said.spans}</summary>
      <ListTable
        label={`${said.spans}: ${one.roster.name}`}
        columns={columns}
        list={fixedList(one.spans)}
        rowKey={(span) => `${span.position} ${span.shift} ${span.seat} ${span.from}`}
        empty={said.spans_none}
        size="small"
      />
    </details>
  );
}

/** What a schedule is here: its roster, who of it is known, and what is left out. */
export function Imported(props: { one: DutyImportedView; applied: boolean }) {
  const { one, applied } = props;
  const said = useWords(words);
  const language = useLanguage();
  const { roster } = one;
  const rotations = roster.positions.reduce((sum, place) => sum + place.rotations.length, 0);
  const items = [
    { key: "source", term: said.source, value: <code>{one.source}</code> },
    {
      key: "positions",
      term: said.positions,
      value: roster.positions.map((place) => place.name).join(", "),
    },
    {
      key: "rotations",
      term: said.rotations,
      value: rotations > 0 ? fill(said.rotations_n, { n: rotations }) : said.shifts_only,
    },
    { key: "people", term: said.people_matched, value: matchedIn(one).join(", ") || "–" },
    { key: "until", term: said.until, value: formatExact(one.until, language) },
  ];
  return (
    <Card
      title={roster.name}
      extra={<StateTag state={EFFECTS[one.effect]} text={said[`effect_${one.effect}`]} />}
    >
      <DescriptionList items={items} columns={3} />
      <div className="duty-page imports-found">
        <Unmatched names={one.unmatched} />
        <div>
          <Lacking lacking={one.lacking} />
        </div>
        <Spans one={one} />
        {applied ? (
          <div>
            <LinkButton to={paths.duty({ roster: one.roster_id })}>{said.to_roster}</LinkButton>
          </div>
        ) : null}
      </div>
    </Card>
  );
}
