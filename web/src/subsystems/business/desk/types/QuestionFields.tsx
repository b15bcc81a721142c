import { Form, Input, InputNumber, Select, Switch } from "antd";
import { useText, useWords } from "../../../../kit/language";
import { fill } from "../../../../kit/say";
import { FoldedList } from "./FoldedList";
import { calledOf, KINDS, NEW_FIELD } from "./typeForm";
import type { FieldForm } from "./typeForm";
import { NameFields } from "./NameFields";
import { words } from "./words";

/** What only questions of one kind have. */
function Special(props: { at: number; kind: FieldForm["kind"] | undefined }) {
  const { at, kind } = props;
  const said = useWords(words);
  if (kind === "choice") {
    return (
      <Form.Item name={[at, "choices"]} label={said.choices} extra={said.choices_about}>
        <Input.TextArea rows={4} spellCheck={false} />
      </Form.Item>
    );
  }
  if (kind !== "number") return null;
  return (
    <>
      <Form.Item name={[at, "min"]} label={said.min}>
        <InputNumber />
      </Form.Item>
      <Form.Item name={[at, "max"]} label={said.max}>
        <InputNumber />
      </Form.Item>
    </>
  );
}

function Question(props: { at: number; kind: FieldForm["kind"] | undefined }) {
  const { at, kind } = props;
  const said = useWords(words);
  return (
    <div className="desk-fields">
      <Form.Item name={[at, "key"]} label={said.key}>
        <Input spellCheck={false} maxLength={40} />
      </Form.Item>
      <Form.Item name={[at, "kind"]} label={said.kind}>
        <Select options={KINDS.map((value) => ({ value, label: said[`kind_${value}`] }))} />
      </Form.Item>
      <NameFields at={at} />
      <Form.Item name={[at, "required"]} label={said.required} valuePropName="checked">
        <Switch />
      </Form.Item>
      <Special at={at} kind={kind} />
    </div>
  );
}

/** The questions of the form of a kind of ticket. */
export function QuestionFields(props: { questions: FieldForm[]; faulty: Set<number> }) {
  const { questions, faulty } = props;
  const said = useWords(words);
  const text = useText();
  const nameOf = (at: number) => calledOf(questions[at], text, at);
  return (
    <fieldset className="kit-fieldset">
      <legend>{said.questions}</legend>
      <FoldedList
        name="fields"
        addText={said.add_question}
        fresh={NEW_FIELD}
        nameOf={nameOf}
        lineOf={(at) =>
          fill(said.question_line, {
            name: nameOf(at),
            kind: said[`kind_${questions[at]?.kind ?? "text"}`],
          })
        }
        faulty={faulty}
      >
        {(at) => <Question at={at} kind={questions[at]?.kind} />}
      </FoldedList>
    </fieldset>
  );
}
