import { Form, Input, Select } from "antd";
import { useState } from "react";
import type { SpanView, SwapView } from "../../../api/contract";
import { useChange, useOne } from "../../../api/hooks";
import { FormDialog } from "../../../kit/Form";
import { useLanguage, useWords } from "../../../kit/language";
import { fill } from "../../../kit/say";
import { dayWords, spanWords } from "./days";
import { words } from "./words";

interface Values {
  taker: string;
  back?: string;
  reason?: string;
}

interface Choices {
  colleagues: { id: string; name: string }[];
  spans: SpanView[];
}

function slotOf(span: Pick<SpanView, "position" | "shift" | "day" | "seat">) {
  return { position: span.position, shift: span.shift, day: span.day, seat: span.seat };
}

/** Asks a colleague to take a shift, for one of theirs or for nothing. */
export function SwapDialog(props: { span: SpanView; onClose: () => void }) {
  const { span, onClose } = props;
  const said = useWords(words);
  const language = useLanguage();
  const [taker, setTaker] = useState("");
  const choices = useOne<Choices>(`/duty/rosters/${span.roster_id}/colleagues`).value;
  const theirs = (choices?.spans ?? []).filter((one) => one.person?.id === taker);
  const save = useChange<SwapView, Values>(
    (values) => ({
      method: "POST",
      path: "/duty/swaps",
      body: {
        roster_id: span.roster_id,
        taker: values.taker,
        slot: slotOf(span),
        slot_back: values.back ? JSON.parse(values.back) : null,
        reason: values.reason ?? "",
      },
    }),
    { touches: ["journal"], onDone: onClose },
  );
  const day = dayWords(span.day, language);
  return (
    <FormDialog<Values>
      open
      title={fill(said.swap_of, { shift: span.shift_name, day })}
      submit={save}
      submitText={said.swap_ask}
      onClose={onClose}
      onValues={(values) => setTaker(values.taker ?? "")}
    >
      <Form.Item
        name="taker"
        label={said.swap_with}
        rules={[{ required: true, message: said.required }]}
      >
        <Select
          showSearch={{ optionFilterProp: "label" }}
          loading={!choices}
          notFoundContent={said.nobody_else}
          options={(choices?.colleagues ?? []).map((one) => ({ value: one.id, label: one.name }))}
        />
      </Form.Item>
      <Form.Item name="back" label={said.swap_back} extra={said.swap_back_about}>
        <Select
          allowClear
          options={theirs.map((one) => ({
            value: JSON.stringify(slotOf(one)),
            label: `${spanWords(one.from, one.to, language)} · ${one.shift_name}`,
          }))}
        />
      </Form.Item>
      <Form.Item name="reason" label={said.reason}>
        <Input maxLength={500} />
      </Form.Item>
    </FormDialog>
  );
}
