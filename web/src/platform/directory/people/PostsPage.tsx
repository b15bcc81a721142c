import { PlusOutlined } from "@ant-design/icons";
import { Button, Segmented, Space } from "antd";
import { useState } from "react";
import { useWords } from "../../../kit/language";
import { PageHeader } from "../../../kit/PageHeader";
import { Permitted } from "../../../kit/Permitted";
import { SearchBox } from "../../../kit/SearchBox";
import { useViewState } from "../../../kit/viewState";
import { useCan } from "../../../shell/can";
import { AsOf } from "../AsOf";
import { ExportMenu } from "../ExportMenu";
import { ImportLink } from "../ImportLink";
import { UnitSelect } from "../PlaceSelect";
import { words } from "../words";
import { NewHoldingDialog } from "./HoldingDialog";
import { HoldingsTable } from "./HoldingsTable";
import { PostDialog } from "./PostDialog";
import { PostsTable } from "./PostsTable";
import "../directory.css";

function Tools(props: { as_of: string }) {
  const said = useWords(words);
  const refusal = useCan()("directory.change");
  const [open, setOpen] = useState<"post" | "holding" | null>(null);
  const close = () => setOpen(null);
  const disabled = refusal !== null;
  return (
    <Space wrap>
      <ExportMenu as_of={props.as_of} />
      <ImportLink />
      <Permitted refusal={refusal}>
        <Button disabled={disabled} onClick={() => setOpen("holding")}>
          {said.holding_new}
        </Button>
      </Permitted>
      <Permitted refusal={refusal}>
        <Button
          type="primary"
          icon={<PlusOutlined />}
          disabled={disabled}
          onClick={() => setOpen("post")}
        >
          {said.post_new}
        </Button>
      </Permitted>
      {open === "post" ? <PostDialog onClose={close} /> : null}
      {open === "holding" ? <NewHoldingDialog onClose={close} /> : null}
    </Space>
  );
}

/** Posts, and who holds which, at any day. */
export default function PostsPage() {
  const said = useWords(words);
  const [view, setView] = useViewState(["tab", "q", "under", "kind", "as_of"]);
  const { tab, as_of, q, under, kind } = view;
  return (
    <>
      <PageHeader title={said.posts} about={said.posts_about} actions={<Tools as_of={as_of} />} />
      <AsOf value={as_of} onChange={(day) => setView({ as_of: day })} />
      <div className="kit-filters">
        <Segmented
          aria-label={said.posts}
          value={tab}
          onChange={(chosen) => setView({ tab: chosen })}
          options={[
            { value: "", label: said.posts },
            { value: "holdings", label: said.holdings },
          ]}
        />
        {tab === "" ? (
          <SearchBox label={said.post_search} value={q} onSearch={(sought) => setView({ q: sought })} />
        ) : (
          <Segmented
            aria-label={said.holding_kind}
            value={kind}
            onChange={(chosen) => setView({ kind: chosen })}
            options={[
              { value: "", label: said.all },
              { value: "substantive", label: said.kind_substantive },
              { value: "acting", label: said.kind_acting },
              { value: "part-time", label: said["kind_part-time"] },
            ]}
          />
        )}
        <div className="directory-unit-filter">
          <UnitSelect
            label={said.unit}
            value={under}
            onChange={(chosen) => setView({ under: chosen ?? "" })}
          />
        </div>
      </div>
      {tab === "" ? (
        <PostsTable query={{ q, under, as_of }} />
      ) : (
        <HoldingsTable query={{ kind, under, as_of }} />
      )}
    </>
  );
}
