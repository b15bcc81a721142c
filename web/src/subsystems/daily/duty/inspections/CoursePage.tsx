import { Alert, Skeleton } from "antd";
import { useMemo } from "react";
import { Link, useParams } from "react-router";
import type { FoundView, InspectionItem, InspectionView } from "../../../../api/contract";
import { useList, useOne } from "../../../../api/hooks";
import type { Point } from "../../../../kit/align";
import { Card } from "../../../../kit/Card";
import { ErrorPanel } from "../../../../kit/ErrorPanel";
import { formatExact } from "../../../../kit/format";
import { useLanguage, useWords } from "../../../../kit/language";
import { ListTable } from "../../../../kit/ListTable";
import type { Column } from "../../../../kit/ListTable";
import { PageHeader } from "../../../../kit/PageHeader";
import { fill } from "../../../../kit/say";
import { StateTag } from "../../../../kit/StateTag";
import { TimeChart } from "../../../../kit/TimeChart";
import { useViewState } from "../../../../kit/viewState";
import { paths } from "../../../../paths";
import { FoundTicket, useValueWords } from "../rounds/Answered";
import { courseOf } from "./course";
import { words } from "./words";
import "../duty.css";

/** So many readings are drawn at first; more with each page. */
const PAGE = 200;

function Chart(props: { item: InspectionItem; found: readonly FoundView[] }) {
  const { item, found } = props;
  const said = useWords(words);
  const points = courseOf(found);
  const flat = (value: number | null | undefined): Point[] =>
    typeof value === "number" ? points.map(([at]) => [at, value]) : [];
  const limits = [
    { name: said.lower_limit, points: flat(item.min) },
    { name: said.upper_limit, points: flat(item.max) },
  ].filter((one) => one.points.length > 0);
  return (
    <Card title={said.course}>
      <TimeChart
        title={item.name}
        series={[{ name: item.name, points }, ...limits]}
        unit={item.unit || "count"}
      />
    </Card>
  );
}

function useColumns(item: InspectionItem | undefined): Column<FoundView>[] {
  const said = useWords(words);
  const language = useLanguage();
  const wordsOf = useValueWords();
  return useMemo<Column<FoundView>[]>(
    () => [
      {
        key: "at",
        title: said.at,
        width: 180,
        render: (_, one) => formatExact(one.found_at, language),
      },
      { key: "value", title: said.value, width: 120, render: (_, one) => wordsOf(one.value, item) },
      {
        key: "state",
        title: said.state,
        width: 110,
        render: (_, one) => (
          <StateTag
            state={one.abnormal ? "critical" : "ok"}
            text={one.abnormal ? said.abnormal : said.normal}
          />
        ),
      },
      { key: "note", title: said.note, width: 200, render: (_, one) => one.note },
      { key: "person", title: said.person, width: 120, render: (_, one) => one.person.name },
      { key: "ticket", title: said.ticket, width: 110, render: (_, one) => <FoundTicket found={one} /> },
      {
        key: "round",
        title: said.round,
        width: 90,
        render: (_, one) => <Link to={paths.round(one.round_id)}>{said.to_round}</Link>,
      },
    ],
    [said, language, wordsOf, item],
  );
}

/** What was found at an item of a plan over time; readings as a chart. */
export default function CoursePage() {
  const { id = "" } = useParams();
  const [{ item: key }] = useViewState(["item"]);
  const said = useWords(words);
  const plan = useOne<InspectionView>(`/duty/inspections/${id}`);
  const list = useList<FoundView>(
    `/duty/inspections/${id}/items/${encodeURIComponent(key)}`,
    { limit: PAGE },
    { enabled: key !== "" },
  );
  const item = plan.value?.inspection.items.find((one) => one.key === key);
  const columns = useColumns(item);
  const name = item?.name ?? key;
  return (
    <>
      <PageHeader
        title={name ? fill(said.course_of, { item: name }) : said.course}
        about={
          plan.value ? (
            <>
              <Link to={paths.inspection(id)}>{plan.value.inspection.name}</Link> · {said.course_about}
            </>
          ) : null
        }
      />
      <ErrorPanel problem={plan.problem} onRetry={plan.reload} />
      {plan.loading ? <Skeleton active /> : null}
      {plan.value ? (
        <div className="duty-page">
          {item ? null : <Alert type="info" showIcon title={said.item_gone} />}
          {item?.kind === "number" && list.items.length > 0 ? (
            <Chart item={item} found={list.items} />
          ) : null}
          <ListTable
            label={said.course}
            columns={columns}
            list={list}
            rowKey={(row) => `${row.round_id} ${row.client_id}`}
            empty={said.course_empty}
          />
        </div>
      ) : null}
    </>
  );
}
