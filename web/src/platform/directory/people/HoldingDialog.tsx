import { Button, Form, InputNumber, Select } from "antd";
import { useState } from "react";
import type { HoldingKind, HoldingView } from "../../../api/contract";
import { useChange } from "../../../api/hooks";
import { DayInput } from "../../../kit/DayInput";
import { filledIn } from "../../../kit/days";
import { FormDialog } from "../../../kit/Form";
import { useWords } from "../../../kit/language";
import { BeginDialog } from "../BeginDialog";
import { EndDialog } from "../EndDialog";
import { FromField } from "../Fields";
import { words } from "../words";
import { HeldName, HolderName } from "./Names";
import { PersonSelect, PostSelect } from "./PostSelect";

interface Values {
  person_id: string;
  post_id: string;
  kind: HoldingKind;
  share_percent: number;
  from?: string;
  to?: string;
}

const KINDS = ["substantive", "acting", "part-time"] as const;

function HowFields() {
  const said = useWords(words);
  const options = KINDS.map((kind) => ({ value: kind, label: said[`kind_${kind}`] }));
  return (
    <div className="directory-fields">
      <Form.Item name="kind" label={said.holding_kind}>
        <Select options={options} />
      </Form.Item>
      <Form.Item name="share_percent" label={said.share}>
        <InputNumber min={1} max={100} precision={0} className="kit-wide" />
      </Form.Item>
    </div>
  );
}

/** Gives a post to a person. */
export function NewHoldingDialog(props: {
  post_id?: string;
  person_id?: string;
  onClose: () => void;
}) {
  const said = useWords(words);
  const { post_id, person_id } = props;
  const give = useChange<HoldingView, Values>(
    (values) => ({ method: "POST", path: "/holdings", body: filledIn(values) }),
    { onDone: props.onClose, touches: ["posts", "people"] },
  );
  const required = [{ required: true, message: said.required }];
  return (
    <FormDialog<Values>
      open
      title={said.holding_new}
      submit={give}
      submitText={said.holding_new}
      initial={{
        kind: "substantive",
        share_percent: 100,
        ...(post_id === undefined ? {} : { post_id }),
        ...(person_id === undefined ? {} : { person_id }),
      }}
      onClose={props.onClose}
    >
      <Form.Item name="post_id" label={said.post} rules={required}>
        <PostSelect label={said.post} />
      </Form.Item>
      <Form.Item name="person_id" label={said.person} rules={required}>
        <PersonSelect label={said.person} />
      </Form.Item>
      <HowFields />
      <FromField />
      <Form.Item name="to" label={said.to}>
        <DayInput />
      </Form.Item>
    </FormDialog>
  );
}

/** Changes how a post is held, or ends it. */
export function HoldingDialog(props: { holding: HoldingView; onClose: () => void }) {
  const { holding } = props;
  const said = useWords(words);
  const [open, setOpen] = useState<"end" | "begin" | null>(null);
  const save = useChange<HoldingView, Pick<Values, "kind" | "share_percent" | "from">>(
    (values) => ({
      method: "PATCH",
      path: `/holdings/${holding.id}`,
      version: holding.version,
      body: filledIn(values),
    }),
    { onDone: props.onClose, touches: ["people"] },
  );
  if (open === "begin") {
    return (
      <BeginDialog
        path={`/holdings/${holding.id}/begin`}
        version={holding.version}
        title={said.holding_begin_of}
        about={said.holding_begin_about}
        onClose={props.onClose}
      />
    );
  }
  if (open === "end") {
    return (
      <EndDialog
        path={`/holdings/${holding.id}/end`}
        version={holding.version}
        title={said.holding_end_of}
        action={said.holding_end}
        touches={["posts", "people", "journal"]}
        onClose={props.onClose}
      >
        <HolderName holding={holding} /> · <HeldName holding={holding} />
        <br />
        {said.holding_end_what}
      </EndDialog>
    );
  }
  return (
    <FormDialog<Pick<Values, "kind" | "share_percent" | "from">>
      open
      title={said.holding_edit}
      submit={save}
      initial={{ kind: holding.kind, share_percent: holding.share_percent }}
      extra={
        <>
          <Button onClick={() => setOpen("begin")}>{said.begin}</Button>
          <Button danger onClick={() => setOpen("end")}>
            {said.holding_end}
          </Button>
        </>
      }
      onClose={props.onClose}
    >
      <p>
        <HolderName holding={holding} /> · <HeldName holding={holding} />
      </p>
      <HowFields />
      <FromField />
    </FormDialog>
  );
}
