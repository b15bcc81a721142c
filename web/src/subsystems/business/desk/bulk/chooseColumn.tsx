import { Checkbox } from "antd";
import type { TicketView } from "../../../../api/contract";
import type { Column } from "../../../../kit/ListTable";
import { fill } from "../../../../kit/say";
import type { Said } from "../../../../kit/say";
import type { Chosen } from "./useChosen";
import type { words } from "./words";

/** The column by whose boxes tickets are chosen; a press beside a box does not open the ticket. */
export function chooseColumn(
  said: Said<typeof words>,
  shown: TicketView[],
  chosen: Chosen,
): Column<TicketView> {
  const all = shown.length > 0 && shown.every((one) => chosen.ids.has(one.id));
  return {
    key: "choose",
    width: 48,
    title: (
      <Checkbox
        aria-label={said.choose_shown}
        checked={all}
        indeterminate={!all && shown.some((one) => chosen.ids.has(one.id))}
        onChange={() => chosen.set(all ? [] : shown)}
      />
    ),
    onCell: () => ({ onClick: (event) => event.stopPropagation() }),
    render: (_, row) => (
      <Checkbox
        aria-label={fill(said.choose_of, { number: row.number })}
        checked={chosen.ids.has(row.id)}
        onChange={() => chosen.toggle(row)}
      />
    ),
  };
}
