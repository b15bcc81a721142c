import { PlusOutlined } from "@ant-design/icons";
import { Button, Input, Segmented, Select } from "antd";
import { useMemo } from "react";
import { useNavigate } from "react-router";
import type { TicketCountsView, TicketTypeView, TicketView } from "../../../api/contract";
import { useItems, useList, useOne } from "../../../api/hooks";
import { useText, useWords } from "../../../kit/language";
import { ListTable } from "../../../kit/ListTable";
import { PageHeader } from "../../../kit/PageHeader";
import { Permitted } from "../../../kit/Permitted";
import { fill } from "../../../kit/say";
import { useViewState } from "../../../kit/viewState";
import { paths } from "../../../paths";
import { useCan } from "../../../shell/can";
import { ticketColumns } from "./columns";
import { SavedLists } from "./SavedLists";
import { words } from "./words";
import "./desk.css";

const EVERY_MS = 15_000;
const KEYS = ["list", "type", "priority", "q", "sort"] as const;
const LISTS = [
  "all",
  "mine",
  "my_posts",
  "my_unit",
  "nobodys",
  "overdue",
  "supervised",
  "over",
] as const;
type ListName = (typeof LISTS)[number];

/** What the server is asked for a work list. */
function queryOf(list: string): Record<string, string> {
  switch (list) {
    case "mine":
    case "my_posts":
    case "my_unit":
    case "nobodys":
      return { whose: list, open: "true" };
    case "overdue":
      return { overdue: "true" };
    case "supervised":
      return { supervised: "true", open: "true" };
    case "over":
      return { open: "false" };
    default:
      return { open: "true" };
  }
}

function useLists(): { value: ListName; label: string }[] {
  const said = useWords(words);
  const counts = useOne<TicketCountsView>("/ticket-counts", {}, { every_ms: EVERY_MS }).value;
  const counted = (name: string, n: number | undefined) =>
    n === undefined ? name : fill(said.counted, { name, n });
  return LISTS.map((value) => {
    const name = said[`list_${value}`];
    if (value === "over") return { value, label: name };
    return { value, label: counted(name, counts?.[value === "all" ? "open" : value]) };
  });
}

/** Tickets by work list, with their due times. */
export default function TicketsPage() {
  const said = useWords(words);
  const text = useText();
  const navigate = useNavigate();
  const refusal = useCan()("ticket.create");
  const [view, setView] = useViewState(KEYS);
  const types = useItems<TicketTypeView>("/ticket-types");
  const { list, ...narrowing } = view;
  const query = { ...queryOf(list), ...narrowing };
  const tickets = useList<TicketView>("/tickets", query, { every_ms: EVERY_MS });
  const columns = useMemo(() => ticketColumns(said, text), [said, text]);
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
  return (
    <>
      <PageHeader title={said.tickets} about={said.tickets_about} actions={create} />
      <div className="desk-lists">
        <Segmented
          aria-label={said.work_list}
          value={list || "all"}
          options={useLists()}
          onChange={(chosen) => setView({ list: chosen === "all" ? "" : String(chosen) })}
        />
      </div>
      <div className="kit-filters">
        <Input.Search
          key={view.q}
          aria-label={said.search}
          placeholder={said.search}
          defaultValue={view.q}
          maxLength={200}
          allowClear
          style={{ width: 220 }}
          onSearch={(q) => setView({ q })}
        />
        <Select
          aria-label={said.type}
          value={view.type}
          style={{ minWidth: 150 }}
          onChange={(type) => setView({ type })}
          options={[
            { value: "", label: said.every_type },
            ...types.items.map((one) => ({ value: one.type.key, label: text(one.type.name) })),
          ]}
        />
        <Select
          aria-label={said.priority}
          value={view.priority}
          style={{ minWidth: 130 }}
          onChange={(priority) => setView({ priority })}
          options={[
            { value: "", label: said.every_priority },
            ...["1", "2", "3", "4", "5"].map((value) => ({ value, label: `P${value}` })),
          ]}
        />
        <Select
          aria-label={said.sort}
          value={view.sort || "newest"}
          style={{ minWidth: 130 }}
          onChange={(sort) => setView({ sort: sort === "newest" ? "" : sort })}
          options={[
            { value: "newest", label: said.newest },
            { value: "due", label: said.due },
          ]}
        />
        <SavedLists
          view={view}
          onChoose={(saved) =>
            setView(Object.fromEntries(KEYS.map((key) => [key, saved[key] ?? ""])))
          }
        />
      </div>
      <ListTable
        label={said.tickets}
        columns={columns}
        list={tickets}
        rowKey={(row) => row.id}
        empty={said.empty}
        refusal={refusal}
        emptyAction={create}
        onOpen={(row) => void navigate(paths.ticket(row.id))}
      />
    </>
  );
}
