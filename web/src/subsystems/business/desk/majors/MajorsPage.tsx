import { useMemo } from "react";
import { Link } from "react-router";
import type { MajorIncidentView } from "../../../../api/contract";
import { useWords } from "../../../../kit/language";
import { ListTable } from "../../../../kit/ListTable";
import type { Column } from "../../../../kit/ListTable";
import { PageHeader } from "../../../../kit/PageHeader";
import { fill } from "../../../../kit/say";
import { StateTag } from "../../../../kit/StateTag";
import { TimeAgo } from "../../../../kit/TimeAgo";
import { paths } from "../../../../paths";
import { PersonName } from "../../../../platform/directory/people/Names";
import { useMajors } from "./useMajors";
import { words } from "./words";
import "../desk.css";

/** The tickets that are dealt with as major incidents now. */
export default function MajorsPage() {
  const said = useWords(words);
  const list = useMajors();
  const columns = useMemo<Column<MajorIncidentView>[]>(
    () => [
      {
        key: "ticket",
        title: said.ticket,
        width: 320,
        render: (_, one) => (
          <Link to={paths.ticket(one.ticket_id)}>{one.ticket ?? said.ticket}</Link>
        ),
      },
      {
        key: "lead",
        title: said.lead,
        width: 140,
        render: (_, one) => <PersonName id={one.lead_id} />,
      },
      {
        key: "every",
        title: said.interval,
        width: 130,
        render: (_, one) => fill(said.every_of, { n: one.every_minutes }),
      },
      {
        key: "next",
        title: said.next_update,
        width: 190,
        render: (_, one) => (
          <>
            <TimeAgo at={one.update_due_at} />{" "}
            {one.overdue ? <StateTag state="critical" text={said.overdue} /> : null}
          </>
        ),
      },
      {
        key: "declared",
        title: said.declared,
        width: 190,
        render: (_, one) => (
          <>
            <div>{one.declared_by}</div>
            <span className="kit-quiet">
              <TimeAgo at={one.declared_at} />
            </span>
          </>
        ),
      },
    ],
    [said],
  );
  return (
    <>
      <PageHeader title={said.majors} about={said.majors_about} />
      <ListTable
        label={said.majors}
        columns={columns}
        list={list}
        rowKey={(one) => one.ticket_id}
        empty={said.majors_empty}
        />
    </>
  );
}
