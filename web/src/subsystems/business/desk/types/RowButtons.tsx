import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined } from "@ant-design/icons";
import { Button, Space } from "antd";
import { useWords } from "../../../../kit/language";
import { fill } from "../../../../kit/say";
import { words } from "./words";

/** Moves an entry of a list up or down, or takes it away. */
export function RowButtons(props: {
  name: string;
  at: number;
  count: number;
  onMove: (from: number, to: number) => void;
  onRemove: (at: number) => void;
}) {
  const { name, at, count, onMove, onRemove } = props;
  const said = useWords(words);
  return (
    <Space.Compact>
      <Button
        icon={<ArrowUpOutlined />}
        disabled={at === 0}
        aria-label={fill(said.up, { name })}
        onClick={() => onMove(at, at - 1)}
      />
      <Button
        icon={<ArrowDownOutlined />}
        disabled={at === count - 1}
        aria-label={fill(said.down, { name })}
        onClick={() => onMove(at, at + 1)}
      />
      <Button
        icon={<DeleteOutlined />}
        aria-label={fill(said.remove, { name })}
        onClick={() => onRemove(at)}
      />
    </Space.Compact>
  );
}
