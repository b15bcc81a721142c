import type { ReactNode } from "react";
import { Card } from "../../kit/Card";
import { Figure } from "../../kit/Figure";
import type { Unit } from "../../kit/format";
import { useWords } from "../../kit/language";
import { ListTable } from "../../kit/ListTable";
import type { Column } from "../../kit/ListTable";
import type { Count } from "./counts";
import type { Read } from "./useStatus";
import { words } from "./words";

/** Names with how many there are of each, and how much of all that is. */
export function CountCard(props: {
  title: string;
  /** What is counted. */
  counted: string;
  unit?: Unit;
  counts: Count[];
  /** Of so many; without it there is no share. */
  all?: number;
  read: Read<unknown>;
  nameOf?: (count: Count) => ReactNode;
}) {
  const { counts, all, read, nameOf } = props;
  const said = useWords(words);
  const columns: Column<Count>[] = [
    {
      key: "name",
      title: said.name,
      render: (_, count) => nameOf?.(count) ?? <code className="count-name">{count.name}</code>,
    },
    {
      key: "value",
      title: props.counted,
      width: 110,
      align: "right",
      render: (_, { value }) => <Figure value={value} unit={props.unit ?? "count"} />,
    },
  ];
  if (all) {
    columns.push({
      key: "share",
      title: said.share,
      width: 90,
      align: "right",
      render: (_, { value }) => <Figure value={value / all} unit="ratio" />,
    });
  }
  return (
    <Card title={props.title}>
      <ListTable<Count>
        label={props.title}
        size="small"
        columns={columns}
        list={{
          items: counts,
          loading: read.loading,
          problem: read.problem,
          reload: read.reload,
          more: false,
          loadingMore: false,
          loadMore: () => undefined,
        }}
        rowKey={({ name }) => name}
        empty={said.nothing_counted}
      />
    </Card>
  );
}
