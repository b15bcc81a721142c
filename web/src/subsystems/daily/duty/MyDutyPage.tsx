import { Alert, Button } from "antd";
import { useMemo, useState } from "react";
import type { OwnDutyView, SpanView } from "../../../api/contract";
import { useOne, wholeList } from "../../../api/hooks";
import { Card } from "../../../kit/Card";
import { useLanguage, useWords } from "../../../kit/language";
import { ListTable } from "../../../kit/ListTable";
import type { Column } from "../../../kit/ListTable";
import { PageHeader } from "../../../kit/PageHeader";
import { useNow } from "../../../kit/TimeAgo";
import { spanWords } from "./days";
import { Feeds } from "./Feeds";
import { Leaves } from "./Leaves";
import { SwapDialog } from "./SwapDialog";
import { Swaps } from "./Swaps";
import { words } from "./words";
import "./duty.css";

const AHEAD_MS = 56 * 86_400_000;

/** From the start of the present hour, so that what is asked for stays the same for a while. */
function aheadNow(): { from: string; to: string } {
  const from = Math.floor(Date.now() / 3_600_000) * 3_600_000;
  return { from: new Date(from).toISOString(), to: new Date(from + AHEAD_MS).toISOString() };
}

/** One's own shifts, swaps, leave, and the links to them. */
export default function MyDutyPage() {
  const said = useWords(words);
  const language = useLanguage();
  const [times] = useState(aheadNow);
  const own = useOne<OwnDutyView>("/duty/mine", times);
  const person = own.value?.person_id;
  const now_ms = useNow();
  const [swapped, setSwapped] = useState<SpanView | null>(null);
  const columns = useMemo<Column<SpanView>[]>(
    () => [
      {
        key: "when",
        title: said.when,
        width: 220,
        render: (_, span) => spanWords(span.from, span.to, language),
      },
      {
        key: "shift",
        title: said.shift,
        width: 170,
        render: (_, span) => `${span.position_name} · ${span.shift_name}`,
      },
      { key: "roster", title: said.roster, width: 150, render: (_, span) => span.roster_name },
      {
        key: "source",
        title: said.about,
        width: 100,
        render: (_, span) => said[`source_${span.source}`],
      },
      {
        key: "actions",
        title: said.actions,
        width: 100,
        render: (_, span) => (
          <Button
            size="small"
            disabled={Date.parse(span.from) <= now_ms}
            onClick={() => setSwapped(span)}
          >
            {said.swap}
          </Button>
        ),
      },
    ],
    [said, language, now_ms],
  );
  if (person === null) {
    return (
      <>
        <PageHeader title={said.my_duty} about={said.my_duty_about} />
        <Alert type="info" role="status" showIcon title={said.no_person} />
      </>
    );
  }
  return (
    <>
      <PageHeader title={said.my_duty} about={said.my_duty_about} />
      <div className="duty-page">
        <Card title={said.my_shifts}>
          <ListTable
            label={said.my_shifts}
            columns={columns}
            list={wholeList(own)}
            rowKey={(row) => `${row.roster_id} ${row.position} ${row.shift} ${row.seat} ${row.from}`}
            empty={said.my_shifts_empty}
            size="small"
          />
        </Card>
        {person ? (
          <>
            <Card title={said.swaps}>
              <Swaps />
            </Card>
            <Card title={said.leaves}>
              <Leaves />
            </Card>
            <Card title={said.feeds}>
              <Feeds />
            </Card>
          </>
        ) : null}
      </div>
      {swapped ? <SwapDialog span={swapped} onClose={() => setSwapped(null)} /> : null}
    </>
  );
}
