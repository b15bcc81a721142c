import { PlusOutlined } from "@ant-design/icons";
import { Button, Segmented, Space } from "antd";
import { useMemo, useState } from "react";
import type { ReactNode } from "react";
import { useNavigate } from "react-router";
import type { TicketCountsView, TicketTypeView, TicketView } from "../../../api/contract";
import { useItems, useList, useOne } from "../../../api/hooks";
import { useText, useWords } from "../../../kit/language";
import { ListTable } from "../../../kit/ListTable";
import { PageHeader } from "../../../kit/PageHeader";
import { Permitted } from "../../../kit/Permitted";
import { SheetMenu } from "../../../kit/SheetMenu";
import { fill } from "../../../kit/say";
import { useViewState } from "../../../kit/viewState";
import { paths } from "../../../paths";
import { useCan } from "../../../shell/can";
import { Board } from "./Board";
import { words as boardWords } from "./boardWords";
import { BulkBar } from "./bulk/BulkBar";
import { chooseColumn } from "./bulk/chooseColumn";
import { useChosen } from "./bulk/useChosen";
import { words as bulkWords } from "./bulk/words";
import { ticketColumns } from "./columns";
import { DueCalendar } from "./DueCalendar";
import { KeysHelp } from "./keys/KeysHelp";
import { useListKeys } from "./keys/useListKeys";
import { useMajorIds } from "./majors/useMajors";
import { TicketFilters } from "./TicketFilters";
import { boardQueryOf, KEYS, LISTS, queryOf } from "./views";
import type { ListName } from "./views";
import { words } from "./words";
import "./desk.css";

const EVERY_MS = 15_000;
const WAYS = ["table", "board", "calendar"] as const;

function useLists(): { value: ListName; label: string }[] {
  const said = useWords(words);
  const counts = useOne<TicketCountsView>("/ticket-counts", {}, { every_ms: EVERY_MS }).value;
  const counted = (name: string, n: number | undefined) =>
    n === undefined ? name : fill(said.counted, { name, n });
  return LISTS.map((value) => {
    const name = said[`list_${value}`];
    if (value === "over" || value === "every") return { value, label: name };
    return { value, label: counted(name, counts?.[value === "all" ? "open" : value]) };
  });
}

function Table(props: {
  query: Record<string, string>;
  types: TicketTypeView[];
  create: ReactNode;
  refusal: string | null;
}) {
  const said = useWords(words);
  const bulk = useWords(bulkWords);
  const text = useText();
  const navigate = useNavigate();
  const tickets = useList<TicketView>("/tickets", props.query, { every_ms: EVERY_MS });
  const { items } = tickets;
  const chosen = useChosen(JSON.stringify(props.query), items);
  const majors = useMajorIds();
  const [helped, setHelped] = useState(false);
  useListKeys({
    choose: (id) => {
      const ticket = items.find((one) => one.id === id);
      if (ticket) chosen.toggle(ticket);
    },
    help: () => setHelped(true),
  });
  const columns = useMemo(() => ticketColumns(said, text, majors), [said, text, majors]);
  return (
    <>
      <BulkBar query={props.query} chosen={chosen} types={props.types} />
      <ListTable
        label={said.tickets}
        columns={[chooseColumn(bulk, items, chosen), ...columns]}
        list={tickets}
        rowKey={(row) => row.id}
        empty={said.empty}
        refusal={props.refusal}
        emptyAction={props.create}
        onOpen={(row) => void navigate(paths.ticket(row.id))}
      />
      <KeysHelp open={helped} onOpen={setHelped} />
    </>
  );
}

/** How the list is looked at. */
function As(props: { value: string; onChange: (as: string) => void }) {
  const said = useWords(boardWords);
  return (
    <Segmented
      aria-label={said.as}
      value={props.value || "table"}
      options={WAYS.map((value) => ({ value, label: said[`as_${value}`] }))}
      onChange={(chosen) => props.onChange(chosen === "table" ? "" : String(chosen))}
    />
  );
}

/** Tickets by work list, with their due times: as a table, a board or a calendar. */
export default function TicketsPage() {
  const said = useWords(words);
  const navigate = useNavigate();
  const refusal = useCan()("ticket.create");
  const [view, setView] = useViewState(KEYS);
  const types = useItems<TicketTypeView>("/ticket-types").items;
  const create = (
    <Permitted refusal={refusal}>
      <Button
        type="primary"
        icon={<PlusOutlined />}
        disabled={refusal !== null}
        onClick={() => void navigate(paths.ticketNew())}
      >
        {said.new_ticket}
      </Button>
    </Permitted>
  );
  const shown = () => {
    if (view.as === "board") {
      return <Board query={boardQueryOf(view)} types={types} over={view.list === "over"} />;
    }
    if (view.as === "calendar") {
      const onMonth = (month: string) => setView({ month });
      return <DueCalendar query={queryOf(view)} month={view.month} onMonth={onMonth} />;
    }
    const query = queryOf(view);
    return <Table query={query} types={types} create={create} refusal={refusal} />;
  };
  return (
    <>
      <PageHeader
        title={said.tickets}
        about={said.tickets_about}
        actions={
          <Space wrap>
            <SheetMenu path="/tickets/export" query={queryOf(view)} name="tickets" />
            {create}
          </Space>
        }
      />
      <div className="desk-lists">
        <As value={view.as} onChange={(as) => setView({ as })} />
        <Segmented
          aria-label={said.work_list}
          value={view.list || "all"}
          options={useLists()}
          onChange={(chosen) => setView({ list: chosen === "all" ? "" : String(chosen) })}
        />
      </div>
      <TicketFilters view={view} onView={setView} types={types} />
      {shown()}
    </>
  );
}
