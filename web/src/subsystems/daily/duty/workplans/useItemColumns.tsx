import { ArrowLeftOutlined, ArrowRightOutlined } from "@ant-design/icons";
import { Button, Progress } from "antd";
import { useMemo } from "react";
import type { WorkItemView } from "../../../../api/contract";
import { dayOf } from "../../../../kit/days";
import { useLanguage, useWords } from "../../../../kit/language";
import type { Column } from "../../../../kit/ListTable";
import { fill } from "../../../../kit/say";
import { StateTag } from "../../../../kit/StateTag";
import { UnitName } from "../../../../platform/directory/PlaceName";
import { dayWords } from "../days";
import { ItemActions } from "./ItemActions";
import { isOverdue } from "./period";
import { TONES } from "./tones";
import { words } from "./words";

/** Says that an item was carried, and leads to where from and where to. */
function Carried(props: { one: WorkItemView; onFollow: (one: WorkItemView) => void }) {
  const { one, onFollow } = props;
  const said = useWords(words);
  const follow = () => onFollow(one);
  return (
    <>
      {one.came_from ? (
        <Button type="link" size="small" icon={<ArrowLeftOutlined />} onClick={follow}>
          {said.came_from}
        </Button>
      ) : null}
      {one.came_reason ? (
        <div className="kit-quiet">{fill(said.carried_because, { why: one.came_reason })}</div>
      ) : null}
      {one.went_to ? (
        <Button type="link" size="small" icon={<ArrowRightOutlined />} onClick={follow}>
          {said.went_to}
        </Button>
      ) : null}
    </>
  );
}

/** The columns of what is planned. */
export function useItemColumns(props: {
  onEdit: (one: WorkItemView) => void;
  onFollow: (one: WorkItemView) => void;
}): Column<WorkItemView>[] {
  const { onEdit, onFollow } = props;
  const said = useWords(words);
  const language = useLanguage();
  return useMemo<Column<WorkItemView>[]>(
    () => [
      {
        key: "title",
        title: said.title,
        width: 260,
        render: (_, one) => (
          <>
            <strong>{one.item.title}</strong>
            {one.item.description ? (
              <div className="kit-quiet workplans-text">{one.item.description}</div>
            ) : null}
            <Carried one={one} onFollow={onFollow} />
          </>
        ),
      },
      {
        key: "owner",
        title: said.owner,
        width: 150,
        render: (_, one) => one.owner?.name ?? <UnitName id={one.item.unit_id} />,
      },
      {
        key: "due",
        title: said.due,
        width: 120,
        render: (_, one) => (
          <>
            {one.item.due ? dayWords(one.item.due, language) : "–"}{" "}
            {isOverdue(one, dayOf(new Date())) ? (
              <StateTag state="critical" text={said.overdue} />
            ) : null}
          </>
        ),
      },
      {
        key: "state",
        title: said.state,
        width: 120,
        render: (_, one) => <StateTag state={TONES[one.state]} text={said[one.state]} />,
      },
      {
        key: "progress",
        title: said.progress,
        width: 130,
        render: (_, one) => (
          <Progress
            percent={one.progress}
            size="small"
            status="normal"
            aria-label={`${said.progress}: ${one.item.title}`}
          />
        ),
      },
      {
        key: "actions",
        title: said.actions,
        width: 210,
        render: (_, one) => <ItemActions one={one} onEdit={onEdit} />,
      },
    ],
    [said, language, onEdit, onFollow],
  );
}
