import { Button, Space } from "antd";
import { useState } from "react";
import type { ReactNode } from "react";
import { useWords } from "../../../kit/language";
import { Permitted } from "../../../kit/Permitted";
import { fill } from "../../../kit/say";
import { useCan } from "../../../shell/can";
import { BeginDialog } from "../BeginDialog";
import { EndDialog } from "../EndDialog";
import { words } from "../words";

/** What can be done with a region or a site: change it, correct its beginning, close it. */
export function PlaceActions(props: {
  path: string;
  version: number;
  name: string;
  /** Where a correction of its beginning is sent; absent where there is none. */
  begin?: string;
  dialog: (onClose: () => void) => ReactNode;
}) {
  const { path, version, name, begin } = props;
  const said = useWords(words);
  const refusal = useCan()("directory.change");
  const [open, setOpen] = useState<"edit" | "begin" | "close" | null>(null);
  const close = () => setOpen(null);
  const disabled = refusal !== null;
  return (
    <Permitted refusal={refusal}>
      <Space wrap size={[8, 4]}>
        <Button size="small" disabled={disabled} onClick={() => setOpen("edit")}>
          {said.edit}
        </Button>
        {begin ? (
          <Button size="small" disabled={disabled} onClick={() => setOpen("begin")}>
            {said.begin}
          </Button>
        ) : null}
        <Button size="small" danger disabled={disabled} onClick={() => setOpen("close")}>
          {said.stop}
        </Button>
      </Space>
      {open === "edit" ? props.dialog(close) : null}
      {open === "begin" && begin ? (
        <BeginDialog
          path={begin}
          version={version}
          title={fill(said.begin_of, { name })}
          about={said.begin_about}
          onClose={close}
        />
      ) : null}
      {open === "close" ? (
        <EndDialog
          path={`${path}/close`}
          version={version}
          title={fill(said.place_close_of, { name })}
          action={said.stop}
          touches={["units", "journal"]}
          onClose={close}
        >
          {fill(said.close_place_what, { name })}
        </EndDialog>
      ) : null}
    </Permitted>
  );
}
