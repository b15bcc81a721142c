import { Button, Form, Input, Radio } from "antd";
import { useState } from "react";
import type { EnquiryStatusView } from "../../../../api/contract";
import { FormPage } from "../../../../kit/Form";
import { useWords } from "../../../../kit/language";
import { fill } from "../../../../kit/say";
import { useCodeAsk } from "./useStatus";
import { words } from "./words";

interface Values {
  score: number;
  text?: string;
}

const SCORES = [5, 4, 3, 2, 1] as const;

/** Rates an answer; later ratings replace earlier ones. */
export function RateAnswer(props: {
  code: string;
  status: EnquiryStatusView;
  onStatus: (status: EnquiryStatusView) => void;
}) {
  const { code, status, onStatus } = props;
  const said = useWords(words);
  const [changing, setChanging] = useState(false);
  const nameOf = (score: number) => {
    const known = SCORES.find((one) => one === score);
    return known ? `${score} – ${said[`score_${known}`]}` : String(score);
  };
  const rate = useCodeAsk<Values & { code: string }>("/rating", (fresh) => {
    setChanging(false);
    onStatus(fresh);
  });
  const submit = { ...rate, mutate: (values: Values) => rate.mutate({ code, ...values }) };
  const { rating } = status;
  if (rating && !changing) {
    return (
      <>
        <p role="status">{fill(said.rated, { score: nameOf(rating.score) })}</p>
        {rating.text ? <p className="desk-text">{rating.text}</p> : null}
        {status.may_rate ? (
          <Button onClick={() => setChanging(true)}>{said.rate_change}</Button>
        ) : null}
      </>
    );
  }
  return (
    <FormPage<Values>
      initial={rating ? { score: rating.score, text: rating.text } : {}}
      submit={submit}
      submitText={said.rate_send}
    >
      <Form.Item
        name="score"
        label={said.score}
        rules={[{ required: true, message: said.required }]}
      >
        <Radio.Group
          aria-label={said.score}
          className="enquiry-scores"
          options={SCORES.map((value) => ({ value, label: nameOf(value) }))}
        />
      </Form.Item>
      <Form.Item name="text" label={said.rate_text}>
        <Input.TextArea rows={3} maxLength={2000} />
      </Form.Item>
    </FormPage>
  );
}
