import { useMemo } from "react";
import type { FactView } from "../../api/contract";
import { useList } from "../../api/hooks";
import { useWords } from "../../kit/language";
import { ListTable } from "../../kit/ListTable";
import type { Column } from "../../kit/ListTable";
import { PageHeader } from "../../kit/PageHeader";
import type { Said } from "../../kit/say";
import { TimeAgo } from "../../kit/TimeAgo";
import { useViewState } from "../../kit/viewState";
import { useCanEverywhere } from "../../shell/can";
import { ExportMenu } from "./ExportMenu";
import { FactDetail } from "./FactRow";
import { SubjectLink } from "./SubjectLink";
import { JournalFilters, VIEW_KEYS } from "./JournalFilters";
import StatusCard from "./StatusCard";
import WitnessCard from "./WitnessCard";
import { actorAsked, actorName, words as actors } from "./actors";
import { verbWord, words as verbs } from "./verbs";
import { words } from "./words";
import "./journal.css";

const REMOVED = /\.(removed|retired)$/;

function columnsOf(
  said: Said<typeof words>,
  saidVerbs: Said<typeof verbs>,
  saidActors: Said<typeof actors>,
): Column<FactView>[] {
  return [
    { key: "at", title: said.time, width: 150, render: (_, fact) => <TimeAgo at={fact.at} /> },
    {
      key: "actor",
      title: said.actor,
      width: 170,
      render: (_, fact) => actorName(saidActors, fact.actor) || said.system,
    },
    {
      key: "verb",
      title: said.fact,
      width: 220,
      render: (_, fact) => <span title={fact.verb}>{verbWord(saidVerbs, fact.verb)}</span>,
    },
    {
      key: "subject",
      title: said.subject,
      width: 320,
      render: (_, fact) => <SubjectLink fact={fact} gone={REMOVED.test(fact.verb)} />,
    },
    {
      key: "source",
      title: said.source,
      width: 150,
      render: (_, fact) => <span className="kit-quiet">{fact.source}</span>,
    },
  ];
}

/** All facts, filtered by the URL; a row unfolds to what changed. New facts appear by themselves. */
export default function JournalPage() {
  const said = useWords(words);
  const saidVerbs = useWords(verbs);
  const saidActors = useWords(actors);
  const everywhere = useCanEverywhere();
  const [view, setView] = useViewState(VIEW_KEYS);
  const asked = { ...view, actor: actorAsked(saidActors, view.actor) };
  const list = useList<FactView>("/journal", asked);
  const columns = useMemo(() => columnsOf(said, saidVerbs, saidActors), [said, saidVerbs, saidActors]);
  const filtered = VIEW_KEYS.some((key) => view[key]);
  return (
    <>
      <PageHeader
        title={said.title}
        about={everywhere("journal.read") === null ? said.about : said.about_part}
        actions={<ExportMenu view={asked} />}
      />
      <JournalFilters view={view} onChange={setView} />
      <ListTable<FactView>
        label={said.title}
        columns={columns}
        list={list}
        rowKey={(fact) => String(fact.seq)}
        empty={filtered ? said.empty_filtered : said.empty}
        detail={(fact) => <FactDetail fact={fact} />}
        size="small"
      />
      {everywhere("journal.read") === null ? (
        <>
          <StatusCard />
          <WitnessCard />
        </>
      ) : null}
    </>
  );
}
