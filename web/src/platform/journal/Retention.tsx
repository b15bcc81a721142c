import { Button } from "antd";
import { useState } from "react";
import type { SettingView } from "../../api/contract";
import { useOne } from "../../api/hooks";
import { useWords } from "../../kit/language";
import { Permitted } from "../../kit/Permitted";
import { fill } from "../../kit/say";
import { useCanEverywhere } from "../../shell/can";
import { RetentionDialog } from "./RetentionDialog";
import { words } from "./words";

/** How long the journal stays in the records, and how that is changed. */
export function Retention() {
  const said = useWords(words);
  const refusal = useCanEverywhere()("journal.retain");
  const [open, setOpen] = useState(false);
  const setting = useOne<SettingView>("/journal/retention", {}).value;
  if (!setting) return null;
  const pinned = setting.pinned ? fill(said.retention_pinned, { origin: setting.origin }) : null;
  const hindered = refusal ?? pinned;
  return (
    <>
      {fill(said.retention_value, { days: setting.value })}{" "}
      {setting.next_value === null ? null : (
        <span className="kit-quiet">
          {fill(said.retention_next, { days: setting.next_value })}{" "}
        </span>
      )}
      <Permitted refusal={hindered}>
        <Button size="small" disabled={hindered !== null} onClick={() => setOpen(true)}>
          {said.retention_change}
        </Button>
      </Permitted>
      {open ? <RetentionDialog setting={setting} onClose={() => setOpen(false)} /> : null}
    </>
  );
}
