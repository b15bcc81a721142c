import { Button } from "antd";
import { useState } from "react";
import type { HoldingView } from "../../../api/contract";
import { useList } from "../../../api/hooks";
import type { Query } from "../../../api/client";
import { useWords } from "../../../kit/language";
import { ListTable } from "../../../kit/ListTable";
import { Permitted } from "../../../kit/Permitted";
import { useCan } from "../../../shell/can";
import { Span } from "../Span";
import { words } from "../words";
import { HoldingDialog } from "./HoldingDialog";
import { HeldName, HolderName } from "./Names";

/** Who holds which post, as far as a filter lets through. */
export function HoldingsTable(props: { query: Query }) {
  const said = useWords(words);
  const refusal = useCan()("directory.change");
  const [edited, setEdited] = useState<HoldingView | null>(null);
  const list = useList<HoldingView>("/holdings", props.query);
  const past = Boolean(props.query.as_of);
  return (
    <>
      <ListTable<HoldingView>
        label={said.holdings}
        list={list}
        rowKey={(one) => one.id}
        empty={refusal === null && !past ? said.holdings_empty : said.holdings_bare}
        columns={[
          { key: "person", title: said.person, render: (_, one) => <HolderName holding={one} /> },
          { key: "post", title: said.post, render: (_, one) => <HeldName holding={one} /> },
          { key: "kind", title: said.holding_kind, render: (_, one) => said[`kind_${one.kind}`] },
          {
            key: "share",
            title: said.share,
            align: "right",
            render: (_, one) => one.share_percent,
          },
          { key: "valid", title: said.valid, render: (_, one) => <Span span={one} /> },
          {
            key: "actions",
            title: "",
            align: "right",
            render: (_, one) =>
              past ? null : (
                <Permitted refusal={refusal}>
                  <Button
                    size="small"
                    disabled={refusal !== null}
                    onClick={() => setEdited(one)}
                  >
                    {said.edit}
                  </Button>
                </Permitted>
              ),
          },
        ]}
      />
      {edited ? <HoldingDialog holding={edited} onClose={() => setEdited(null)} /> : null}
    </>
  );
}
