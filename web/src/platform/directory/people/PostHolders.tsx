import { EditOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useState } from "react";
import type { HoldingView } from "../../../api/contract";
import { useWords } from "../../../kit/language";
import { useCan } from "../../../shell/can";
import { words } from "../words";
import { HoldingDialog } from "./HoldingDialog";
import { HolderName } from "./Names";

/** Who holds a post; each holding can be changed unless `fixed`. */
export function PostHolders(props: { holdings: HoldingView[]; fixed: boolean }) {
  const said = useWords(words);
  const refusal = useCan()("directory.change");
  const [edited, setEdited] = useState<HoldingView | null>(null);
  if (props.holdings.length === 0) return <span className="kit-quiet">{said.vacant}</span>;
  return (
    <>
      {props.holdings.map((holding) => (
        <div key={holding.id} className="directory-holder">
          <HolderName holding={holding} />{" "}
          <span className="kit-quiet">
            {said[`kind_${holding.kind}`]}
            {holding.share_percent < 100 ? ` ${holding.share_percent} %` : ""}
          </span>
          {props.fixed || refusal !== null ? null : (
            <Button
              type="text"
              size="small"
              icon={<EditOutlined />}
              aria-label={said.holding_edit}
              title={said.holding_edit}
              onClick={() => setEdited(holding)}
            />
          )}
        </div>
      ))}
      {edited ? <HoldingDialog holding={edited} onClose={() => setEdited(null)} /> : null}
    </>
  );
}
