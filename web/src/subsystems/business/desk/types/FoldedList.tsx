import { PlusOutlined } from "@ant-design/icons";
import { Button, Form } from "antd";
import { useState } from "react";
import type { ReactNode } from "react";
import { RowButtons } from "./RowButtons";

/** An entry that unfolds; one at fault is unfolded. */
function Folded(props: { line: string; open: boolean; faulty: boolean; children: ReactNode }) {
  const { line, faulty, children } = props;
  const [open, setOpen] = useState(props.open);
  return (
    <details
      className="desk-folded"
      open={open || faulty}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>{line}</summary>
      {children}
    </details>
  );
}

/** A list of a form whose entries unfold to their fields, can be ordered, added and taken away. */
export function FoldedList(props: {
  name: string | string[];
  addText: string;
  /** What a new entry begins with. */
  fresh: object;
  /** What an entry is called, and its line while it is folded. */
  nameOf: (at: number) => string;
  lineOf: (at: number) => string;
  faulty: Set<number>;
  children: (at: number) => ReactNode;
}) {
  const { name, addText, fresh, nameOf, lineOf, faulty, children } = props;
  const [added, setAdded] = useState(false);
  return (
    <Form.List name={name}>
      {(entries, { add, remove, move }, { errors }) => (
        <>
          {entries.map((entry, at) => (
            <Folded
              key={entry.key}
              line={lineOf(entry.name)}
              open={added && at === entries.length - 1}
              faulty={faulty.has(entry.name)}
            >
              {children(entry.name)}
              <RowButtons
                name={nameOf(entry.name)}
                at={at}
                count={entries.length}
                onMove={move}
                onRemove={remove}
              />
            </Folded>
          ))}
          <Form.ErrorList errors={errors} />
          <Button
            icon={<PlusOutlined />}
            onClick={() => {
              setAdded(true);
              add(fresh);
            }}
          >
            {addText}
          </Button>
        </>
      )}
    </Form.List>
  );
}
