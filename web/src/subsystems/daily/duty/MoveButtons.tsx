import { ArrowDownOutlined, ArrowUpOutlined } from "@ant-design/icons";
import { Button, Space } from "antd";
import { useWords } from "../../../kit/language";
import { fill } from "../../../kit/say";
import { words } from "./words";

/** Moves one of a list whose order counts, and takes it out. */
export function MoveButtons(props: {
  /** What it is called. */
  what: string;
  at: number;
  count: number;
  onMove: (from: number, to: number) => void;
  onRemove: () => void;
}) {
  const { what, at, count, onMove, onRemove } = props;
  const said = useWords(words);
  return (
    <Space.Compact>
      <Button
        icon={<ArrowUpOutlined />}
        aria-label={fill(said.move_up, { what })}
        disabled={at === 0}
        onClick={() => onMove(at, at - 1)}
      />
      <Button
        icon={<ArrowDownOutlined />}
        aria-label={fill(said.move_down, { what })}
        disabled={at === count - 1}
        onClick={() => onMove(at, at + 1)}
      />
      <Button onClick={onRemove}>{said.remove}</Button>
    </Space.Compact>
  );
}
