import { Button, Modal } from "antd";
import { useMemo } from "react";
import { Link } from "react-router";
import type { TicketBulkResultView } from "../../../../api/contract";
import { wholeList } from "../../../../api/hooks";
import { useText, useWords } from "../../../../kit/language";
import { ListTable } from "../../../../kit/ListTable";
import type { Column } from "../../../../kit/ListTable";
import { fill } from "../../../../kit/say";
import { StateTag } from "../../../../kit/StateTag";
import { paths } from "../../../../paths";
import { words } from "./words";

/** What became of each of several tickets; those that were refused stand first. */
export function BulkResults(props: {
  title: string;
  results: TicketBulkResultView[];
  /** The subjects of the tickets by their ids. */
  subjects: ReadonlyMap<string, string>;
  onClose: () => void;
}) {
  const { results, subjects, onClose } = props;
  const said = useWords(words);
  const text = useText();
  const refused = results.filter((one) => !one.done);
  const columns = useMemo<Column<TicketBulkResultView>[]>(
    () => [
      {
        key: "number",
        title: said.number,
        width: 100,
        render: (_, one) =>
          one.number ? (
            <Link to={paths.ticket(one.id)} target="_blank">
              {one.number}
            </Link>
          ) : (
            <span className="kit-quiet">{said.unseen}</span>
          ),
      },
      {
        key: "subject",
        title: said.subject,
        width: 200,
        render: (_, one) => subjects.get(one.id) ?? "",
      },
      {
        key: "outcome",
        title: said.outcome,
        width: 110,
        render: (_, one) => (
          <StateTag
            state={one.done ? "ok" : "failed"}
            text={one.done ? said.done : said.refused}
          />
        ),
      },
      { key: "why", title: said.why, width: 260, render: (_, one) => text(one.why) || "–" },
    ],
    [said, text, subjects],
  );
  const items = [...refused, ...results.filter((one) => one.done)];
  const list = wholeList({
    value: { items },
    loading: false,
    problem: null,
    reload: () => undefined,
  });
  return (
    <Modal
      open
      width={760}
      title={props.title}
      onCancel={onClose}
      footer={
        <Button type="primary" onClick={onClose}>
          {said.close}
        </Button>
      }
    >
      <p role="status">
        {fill(said.result_of, { done: results.length - refused.length, refused: refused.length })}
        {refused.length > 0 ? ` ${said.still_chosen}` : null}
      </p>
      <ListTable
        label={said.result}
        columns={columns}
        list={list}
        rowKey={(one) => one.id}
        empty=""
        size="small"
      />
    </Modal>
  );
}
