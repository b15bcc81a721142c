import { useMemo } from "react";
import { Link } from "react-router";
import type { DutyProblemView } from "../../../api/contract";
import { useLanguage, useWords } from "../../../kit/language";
import { ListTable } from "../../../kit/ListTable";
import type { Column } from "../../../kit/ListTable";
import { StateTag } from "../../../kit/StateTag";
import { paths } from "../../../paths";
import { spanWords } from "./days";
import { words } from "./words";

/** What is wrong ahead, in the order of time; in a roster that is kept, each leads to its day. */
export function ProblemList(props: { problems: DutyProblemView[]; zone: string; roster?: string }) {
  const { roster, zone } = props;
  const said = useWords(words);
  const language = useLanguage();
  const columns = useMemo<Column<DutyProblemView>[]>(
    () => [
      {
        key: "kind",
        title: said.problem,
        width: 170,
        render: (_, problem) => (
          <StateTag
            state={problem.kind === "gap" || problem.kind === "twice" ? "critical" : "warning"}
            text={said[`problem_${problem.kind}`]}
          />
        ),
      },
      {
        key: "person",
        title: said.person,
        width: 110,
        render: (_, { span }) => span.person?.name ?? said.nobody,
      },
      {
        key: "when",
        title: said.when,
        width: 220,
        render: (_, { span }) => {
          const when = spanWords(span.from, span.to, language, zone);
          return roster ? <Link to={paths.duty({ roster, day: span.day })}>{when}</Link> : when;
        },
      },
      {
        key: "shift",
        title: said.shift,
        width: 160,
        render: (_, { span }) => `${span.position_name} · ${span.shift_name}`,
      },
      { key: "about", title: said.about, width: 200, render: (_, problem) => problem.about },
    ],
    [said, language, roster, zone],
  );
  const list = {
    items: props.problems,
    loading: false,
    problem: null,
    reload: () => undefined,
    more: false,
    loadingMore: false,
    loadMore: () => undefined,
  };
  return (
    <ListTable
      label={said.problems}
      columns={columns}
      list={list}
      rowKey={(row) => `${row.kind} ${row.span.position} ${row.span.shift} ${row.span.seat} ${row.span.from} ${row.about}`}
      empty={said.problems_none}
      size="small"
    />
  );
}
