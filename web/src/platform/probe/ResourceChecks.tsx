import { PlusOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useMemo, useState } from "react";
import { useNavigate } from "react-router";
import type { CheckView, ResourceView } from "../../api/contract";
import { useList } from "../../api/hooks";
import { Card } from "../../kit/Card";
import { useText, useWords } from "../../kit/language";
import { ListTable } from "../../kit/ListTable";
import { Permitted } from "../../kit/Permitted";
import { paths } from "../../paths";
import { useCan } from "../../shell/can";
import { checkColumns } from "./checkColumns";
import { CheckDialog } from "./CheckDialog";
import { useTrends } from "./useTrends";
import { words } from "./words";
import "./probe.css";

const EVERY_MS = 15_000;

/** The checks on one resource. */
export default function ResourceChecks(props: { resource: ResourceView }) {
  const { id, name, retired } = props.resource;
  const said = useWords(words);
  const text = useText();
  const navigate = useNavigate();
  const refusal = useCan()("check.change");
  const [creating, setCreating] = useState(false);
  const list = useList<CheckView>("/checks", { resource_id: id }, { every_ms: EVERY_MS });
  const trends = useTrends(list.items);
  const columns = useMemo(
    () =>
      checkColumns({ said, text, trends, resources: false }).filter(
        (column) => column.key !== "last",
      ),
    [said, text, trends],
  );
  const create = (
    <Permitted refusal={refusal}>
      <Button
        type="text"
        size="small"
        icon={<PlusOutlined />}
        disabled={refusal !== null || retired}
        onClick={() => setCreating(true)}
      >
        {said.new_check}
      </Button>
    </Permitted>
  );
  return (
    <Card title={said.checks_here} extra={create}>
      <ListTable
        label={said.checks_here}
        columns={columns}
        list={list}
        rowKey={(row) => row.id}
        empty={said.empty_here}
        refusal={refusal}
        size="small"
        onOpen={(row) => void navigate(paths.check(row.id))}
      />
      {creating ? (
        <CheckDialog
          check={null}
          resource={{ id, name }}
          onClose={() => setCreating(false)}
          onDone={(check) => void navigate(paths.check(check.id))}
        />
      ) : null}
    </Card>
  );
}
