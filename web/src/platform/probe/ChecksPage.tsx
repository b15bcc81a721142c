import { PlusOutlined } from "@ant-design/icons";
import { Button, Segmented } from "antd";
import { useMemo } from "react";
import { useNavigate } from "react-router";
import type { CheckView, State } from "../../api/contract";
import { useList } from "../../api/hooks";
import { useText, useWords } from "../../kit/language";
import { ListTable } from "../../kit/ListTable";
import { PageHeader } from "../../kit/PageHeader";
import { Permitted } from "../../kit/Permitted";
import { SearchBox } from "../../kit/SearchBox";
import { StateTag } from "../../kit/StateTag";
import { useViewState } from "../../kit/viewState";
import { paths } from "../../paths";
import { useCan } from "../../shell/can";
import { checkColumns } from "./checkColumns";
import { CheckDialog } from "./CheckDialog";
import { useTrends } from "./useTrends";
import { words } from "./words";
import "./probe.css";

const STATES: State[] = ["critical", "warning", "unknown", "ok", "pending"];
const EVERY_MS = 15_000;

/** All checks with their last answers; filtered by state and name in the URL. */
export default function ChecksPage() {
  const said = useWords(words);
  const text = useText();
  const can = useCan();
  const navigate = useNavigate();
  const [view, setView] = useViewState(["state", "q", "new"]);
  const { state, q } = view;
  const list = useList<CheckView>("/checks", { state, q }, { every_ms: EVERY_MS });
  const trends = useTrends(list.items);
  const columns = useMemo(
    () => checkColumns({ said, text, trends, resources: true }),
    [said, text, trends],
  );
  const refusal = can("check.change");
  const create = (
    <Permitted refusal={refusal}>
      <Button
        type="primary"
        icon={<PlusOutlined />}
        disabled={refusal !== null}
        onClick={() => setView({ new: "1" })}
      >
        {said.new_check}
      </Button>
    </Permitted>
  );
  return (
    <>
      <PageHeader title={said.checks} about={said.checks_about} actions={create} />
      <div className="kit-filters">
        <SearchBox label={said.search} value={q} onSearch={(sought) => setView({ q: sought })} />
        <Segmented
          aria-label={said.state}
          value={state}
          onChange={(chosen) => setView({ state: chosen })}
          options={[
            { value: "", label: said.every_state },
            ...STATES.map((one) => ({ value: one, label: <StateTag bare state={one} /> })),
          ]}
        />
      </div>
      <ListTable
        label={said.checks}
        columns={columns}
        list={list}
        rowKey={(row) => row.id}
        empty={said.empty}
        refusal={refusal}
        onOpen={(row) => void navigate(paths.check(row.id))}
      />
      {view.new && refusal === null ? (
        <CheckDialog
          check={null}
          resource={null}
          onClose={() => setView({ new: "" })}
          onDone={(check) => void navigate(paths.check(check.id))}
        />
      ) : null}
    </>
  );
}
