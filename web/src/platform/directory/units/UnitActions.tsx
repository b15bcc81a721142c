import { DownOutlined, EditOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Dropdown, Space } from "antd";
import { useState } from "react";
import type { UnitView } from "../../../api/contract";
import { useWords } from "../../../kit/language";
import { Permitted } from "../../../kit/Permitted";
import { fill } from "../../../kit/say";
import { useCan } from "../../../shell/can";
import { BeginDialog } from "../BeginDialog";
import { EndDialog } from "../EndDialog";
import { useName } from "../useName";
import { words } from "../words";
import { MergeDialog } from "./MergeDialog";
import { MoveDialog } from "./MoveDialog";
import { SplitDialog } from "./SplitDialog";
import { UnitDialog } from "./UnitDialog";

type Open = "edit" | "below" | "move" | "merge" | "split" | "begin" | "close" | null;

const TOUCHES = ["posts", "people", "holdings", "journal"];

function Dialogs(props: { unit: UnitView; open: Open; onClose: () => void }) {
  const { unit, onClose } = props;
  const said = useWords(words);
  const name = useName()(unit.name);
  switch (props.open) {
    case "edit":
      return <UnitDialog unit={unit} parent_id={unit.parent_id} onClose={onClose} />;
    case "below":
      return <UnitDialog parent_id={unit.id} onClose={onClose} />;
    case "move":
      return <MoveDialog unit={unit} onClose={onClose} />;
    case "merge":
      return <MergeDialog unit={unit} onClose={onClose} />;
    case "split":
      return <SplitDialog unit={unit} onClose={onClose} />;
    case "begin":
      return (
        <BeginDialog
          path={`/units/${unit.id}/begin`}
          version={unit.version}
          title={fill(said.begin_of, { name })}
          about={said.begin_about}
          onClose={onClose}
        />
      );
    case "close":
      return (
        <EndDialog
          path={`/units/${unit.id}/close`}
          version={unit.version}
          title={fill(said.close_of, { name })}
          action={said.close}
          touches={TOUCHES}
          onClose={onClose}
        >
          {fill(said.close_unit_what, { name })}
        </EndDialog>
      );
    case null:
      return null;
  }
}

/** What can be done with a unit; another day can only be looked at. */
export function UnitActions(props: { unit: UnitView; past: boolean }) {
  const { unit } = props;
  const said = useWords(words);
  const refusal = useCan()("directory.change");
  const [open, setOpen] = useState<Open>(null);
  if (props.past) return null;
  const disabled = refusal !== null;
  const items = (["move", "merge", "split", "begin", "close"] as const).map((key) => ({
    key,
    label: said[key],
    danger: key === "close",
    onClick: () => setOpen(key),
  }));
  return (
    <Space wrap>
      <Permitted refusal={refusal}>
        <Button icon={<PlusOutlined />} disabled={disabled} onClick={() => setOpen("below")}>
          {said.unit_new_below}
        </Button>
      </Permitted>
      <Permitted refusal={refusal}>
        <Button icon={<EditOutlined />} disabled={disabled} onClick={() => setOpen("edit")}>
          {said.edit}
        </Button>
      </Permitted>
      <Permitted refusal={refusal}>
        <Dropdown autoFocus trigger={["click"]} menu={{ items }} disabled={disabled}>
          <Button disabled={disabled}>
            {said.reorganise} <DownOutlined />
          </Button>
        </Dropdown>
      </Permitted>
      <Dialogs unit={unit} open={open} onClose={() => setOpen(null)} />
    </Space>
  );
}
