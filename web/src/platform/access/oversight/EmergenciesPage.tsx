import { PlusOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useState } from "react";
import type { EmergencyView } from "../../../api/contract";
import { useItems, useList } from "../../../api/hooks";
import { Card } from "../../../kit/Card";
import { useWords } from "../../../kit/language";
import { PageHeader } from "../../../kit/PageHeader";
import { Permitted } from "../../../kit/Permitted";
import { useCan } from "../../../shell/can";
import { ActivationsTable } from "./ActivationsTable";
import { SealDialog } from "./SealDialog";
import { SealedTable } from "./SealedTable";
import { words } from "./words";
import "../access.css";

/** What is sealed for oneself; nothing when nothing is. */
export function MySealed() {
  const said = useWords(words);
  const mine = useItems<EmergencyView>("/profile/emergencies");
  if (mine.items.length === 0) return null;
  return (
    <Card title={said.mine}>
      <SealedTable list={mine} label={said.mine} mine />
    </Card>
  );
}

function Sealed() {
  const said = useWords(words);
  const list = useList<EmergencyView>("/emergencies");
  return (
    <Card title={said.sealed}>
      <SealedTable list={list} label={said.sealed} mine={false} />
    </Card>
  );
}

/** Emergency access: what is sealed for whom, and when seals were broken. */
export default function EmergenciesPage() {
  const said = useWords(words);
  const can = useCan();
  const refusal = can("emergency.change");
  const [sealing, setSealing] = useState(false);
  return (
    <>
      <PageHeader
        title={said.emergencies}
        about={said.emergencies_about}
        actions={
          <Permitted refusal={refusal}>
            <Button
              type="primary"
              icon={<PlusOutlined />}
              disabled={refusal !== null}
              onClick={() => setSealing(true)}
            >
              {said.seal}
            </Button>
          </Permitted>
        }
      />
      <div className="access-column">
        <MySealed />
        {can("emergency.read") === null ? (
          <>
            <Sealed />
            <Card title={said.activations}>
              <ActivationsTable />
            </Card>
          </>
        ) : null}
      </div>
      {sealing ? <SealDialog onClose={() => setSealing(false)} /> : null}
    </>
  );
}
