import { App, Button, Space } from "antd";
import { useState } from "react";
import { Card } from "../../kit/Card";
import { ErrorPanel } from "../../kit/ErrorPanel";
import { useWords } from "../../kit/language";
import { Permitted } from "../../kit/Permitted";
import { fill } from "../../kit/say";
import { useCanEverywhere } from "../../shell/can";
import { DeleteSeriesDialog } from "./DeleteSeriesDialog";
import { useClean, useSnapshot } from "./seriesAdmin";
import { words } from "./words";

/** Deletes series, and makes snapshots of all. */
export function SeriesAdminCard() {
  const said = useWords(words);
  const can = useCanEverywhere();
  const { message } = App.useApp();
  const [deleting, setDeleting] = useState(false);
  const clean = useClean(() => void message.success(said.series_cleaned));
  const snapshot = useSnapshot();
  const [noDelete, noSnapshot] = [can("series.delete"), can("series.snapshot")];
  return (
    <Card title={said.series_admin}>
      <p className="kit-quiet">{said.series_admin_about}</p>
      <Space wrap>
        <Permitted refusal={noDelete}>
          <Button danger disabled={noDelete !== null} onClick={() => setDeleting(true)}>
            {said.series_delete}
          </Button>
        </Permitted>
        <Permitted refusal={noDelete}>
          <Button
            disabled={noDelete !== null}
            loading={clean.isPending}
            onClick={() => clean.mutate()}
          >
            {said.series_clean}
          </Button>
        </Permitted>
        <Permitted refusal={noSnapshot}>
          <Button
            disabled={noSnapshot !== null}
            loading={snapshot.isPending}
            onClick={() => snapshot.mutate()}
          >
            {said.snapshot_make}
          </Button>
        </Permitted>
      </Space>
      <ErrorPanel problem={clean.error} />
      <ErrorPanel problem={snapshot.error} />
      <p role="status">
        {snapshot.data ? fill(said.snapshot_made, { name: snapshot.data.name }) : null}
      </p>
      {deleting ? <DeleteSeriesDialog onClose={() => setDeleting(false)} /> : null}
    </Card>
  );
}
