import { Button } from "antd";
import { useState } from "react";
import type { SeparationView } from "../../../api/contract";
import { useOne } from "../../../api/hooks";
import { Card } from "../../../kit/Card";
import { DescriptionList } from "../../../kit/DescriptionList";
import { ErrorPanel } from "../../../kit/ErrorPanel";
import { useWords } from "../../../kit/language";
import { PageHeader } from "../../../kit/PageHeader";
import { Permitted } from "../../../kit/Permitted";
import { StateTag } from "../../../kit/StateTag";
import { TimeAgo } from "../../../kit/TimeAgo";
import { useCan } from "../../../shell/can";
import { ReasonDialog } from "../grants/ReasonDialog";
import { PolicyCard } from "../secondFactor/PolicyCard";
import { DutiesCard } from "./DutiesCard";
import { words } from "./words";
import "../access.css";

const TOUCHES = ["grants", "users", "session", "profile", "roles", "journal"];

function Explained() {
  const said = useWords(words);
  return (
    <ul>
      <li>{said.how_duties}</li>
      <li>{said.how_united}</li>
      <li>{said.how_self}</li>
      <li>{said.how_before}</li>
      <li>{said.how_off}</li>
    </ul>
  );
}

/** Whether the three administrators are separated, what that means, and the switch. */
export default function SeparationPage() {
  const said = useWords(words);
  const refusal = useCan()("separation.change");
  const [asking, setAsking] = useState(false);
  const read = useOne<SeparationView>("/access/separation");
  const now = read.value;
  const items = [
    { key: "since", term: said.since, value: <TimeAgo at={now?.since} /> },
    { key: "by", term: said.by, value: now?.switched_by ?? null },
    { key: "reason", term: said.reason, value: now?.reason ?? null },
  ];
  const state = now ? (
    <StateTag
      state={now.separated ? "ok" : "disabled"}
      text={now.separated ? said.separated : said.united}
    />
  ) : null;
  return (
    <>
      <PageHeader
        title={said.separation}
        about={said.separation_about}
        tags={state}
        actions={
          now && !now.separated ? (
            <Permitted refusal={refusal}>
              <Button danger disabled={refusal !== null} onClick={() => setAsking(true)}>
                {said.separate}
              </Button>
            </Permitted>
          ) : null
        }
      />
      <ErrorPanel problem={read.problem} onRetry={read.reload} />
      <div className="access-column">
        {now?.separated ? (
          <Card title={said.separated}>
            <DescriptionList items={items} columns={3} />
          </Card>
        ) : null}
        {now ? <DutiesCard duties={now.duties} separated={now.separated} /> : null}
        <Card title={said.how}>
          <Explained />
        </Card>
        <PolicyCard />
      </div>
      {asking ? (
        <ReasonDialog
          path="/access/separation"
          title={said.separate_of}
          action={said.separate}
          touches={TOUCHES}
          onClose={() => setAsking(false)}
        >
          <Explained />
        </ReasonDialog>
      ) : null}
    </>
  );
}
