import { ExpandOutlined } from "@ant-design/icons";
import { Button, Modal } from "antd";
import { useState } from "react";
import { Card } from "../../../../kit/Card";
import { useWords } from "../../../../kit/language";
import { StateGraph } from "./StateGraph";
import type { TypeForm } from "./typeForm";
import { words } from "./words";

/** The flow of a kind of ticket as it is edited, beside the form or as large as the window. */
export function Preview(props: { draft: TypeForm }) {
  const { states, transitions, first } = props.draft;
  const said = useWords(words);
  const [large, setLarge] = useState(false);
  const graph = { states, transitions, first };
  const enlarge = (
    <Button size="small" icon={<ExpandOutlined />} onClick={() => setLarge(true)}>
      {said.enlarge}
    </Button>
  );
  return (
    <div className="desk-preview">
      <Card title={said.graph} extra={enlarge}>
        <StateGraph {...graph} scale={0.6} />
      </Card>
      <Modal
        open={large}
        title={said.graph}
        width="96vw"
        centered
        footer={null}
        onCancel={() => setLarge(false)}
        destroyOnHidden
      >
        <StateGraph {...graph} scale={1} />
      </Modal>
    </div>
  );
}
