import { Alert, Button, Input, Radio } from "antd";
import { useId } from "react";
import type { InspectionItem } from "../../../../api/contract";
import { useWords } from "../../../../kit/language";
import { fill } from "../../../../kit/say";
import { isAbnormal, NOTE_CHARS_MAX, rangeWords, sideOf, valueOf } from "./answer";
import type { Draft } from "./answer";
import { words } from "./words";

export interface AnswerFieldsProps {
  item: InspectionItem;
  draft: Draft;
  /** What is wrong, by field: `value`, `note`. */
  faults: Record<string, string>;
  onChange: (draft: Draft) => void;
}

/** What is wrong with a field, told to whoever does not see it, too. */
export function FieldFault(props: { id: string; says: string | undefined }) {
  if (!props.says) return null;
  return (
    <div id={props.id} className="rounds-fault" role="alert">
      {props.says}
    </div>
  );
}

function Choices(props: AnswerFieldsProps & { faultId: string }) {
  const { item, draft } = props;
  const said = useWords(words);
  const yes_no = item.kind === "yes_no";
  const asked = yes_no ? said.is_all_well : said.choose;
  const options = yes_no
    ? [
        { value: "true", label: said.all_well },
        { value: "false", label: said.not_well },
      ]
    : (item.choices ?? []).map(({ name }) => ({ value: name, label: name }));
  return (
    <fieldset className="rounds-field" aria-describedby={props.faultId}>
      <legend>{asked}</legend>
      <Radio.Group
        className="rounds-choices"
        name={`answer-${item.key}`}
        value={draft.typed === "" ? null : draft.typed}
        onChange={(event) => props.onChange({ ...draft, typed: String(event.target.value) })}
      >
        {options.map((option) => (
          <Radio key={option.value} value={option.value} className="rounds-choice">
            {option.label}
          </Radio>
        ))}
      </Radio.Group>
    </fieldset>
  );
}

function Reading(props: AnswerFieldsProps & { faultId: string }) {
  const { item, draft, faults } = props;
  const said = useWords(words);
  const id = useId();
  const range = rangeWords(item);
  const change = (typed: string) => props.onChange({ ...draft, typed });
  const turned = draft.typed.startsWith("-") ? draft.typed.slice(1) : `-${draft.typed}`;
  return (
    <div className="rounds-field">
      <label htmlFor={id}>{said.reading}</label>
      <div className="rounds-reading">
        <Input
          id={id}
          size="large"
          inputMode="decimal"
          autoComplete="off"
          maxLength={40}
          value={draft.typed}
          suffix={item.unit ?? ""}
          status={faults.value ? "error" : ""}
          aria-invalid={Boolean(faults.value)}
          aria-describedby={`${id}-range ${props.faultId}`}
          onChange={(event) => change(event.target.value)}
        />
        <Button size="large" aria-label={said.sign} title={said.sign} onClick={() => change(turned)}>
          ±
        </Button>
      </div>
      <div id={`${id}-range`} className="kit-quiet">
        {range ? fill(said.range, { range }) : said.range_none}
      </div>
    </div>
  );
}

function Wording(props: AnswerFieldsProps & { faultId: string }) {
  const { draft } = props;
  const said = useWords(words);
  const id = useId();
  return (
    <div className="rounds-field">
      <label htmlFor={id}>{said.words_asked}</label>
      <Input.TextArea
        id={id}
        rows={4}
        maxLength={NOTE_CHARS_MAX}
        value={draft.typed}
        aria-describedby={props.faultId}
        onChange={(event) => props.onChange({ ...draft, typed: event.target.value })}
      />
    </div>
  );
}

/** Says at once that what is typed is abnormal. */
function Warning(props: { item: InspectionItem; draft: Draft }) {
  const { item, draft } = props;
  const said = useWords(words);
  const value = valueOf(item, draft.typed);
  const side = sideOf(item, value);
  const of_reading = { value: `${String(value)} ${item.unit ?? ""}`.trim(), range: rangeWords(item) };
  const says = side ? fill(said[`is_${side}`], of_reading) : said.is_abnormal;
  return (
    <div role="status" aria-live="polite">
      {isAbnormal(item, value) ? <Alert type="warning" showIcon title={says} /> : null}
    </div>
  );
}

/** What is asked at an item, and the words on it. */
export function AnswerFields(props: AnswerFieldsProps) {
  const { item, draft, faults } = props;
  const said = useWords(words);
  const id = useId();
  const faultId = `${id}-value`;
  const Asked = { yes_no: Choices, choice: Choices, number: Reading, text: Wording }[item.kind];
  return (
    <>
      <Asked {...props} faultId={faultId} />
      <FieldFault id={faultId} says={faults.value} />
      <Warning item={item} draft={draft} />
      <div className="rounds-field">
        <label htmlFor={id}>{said.note}</label>
        <Input.TextArea
          id={id}
          rows={2}
          maxLength={NOTE_CHARS_MAX}
          value={draft.note}
          status={faults.note ? "error" : ""}
          aria-invalid={Boolean(faults.note)}
          aria-describedby={`${id}-note`}
          onChange={(event) => props.onChange({ ...draft, note: event.target.value })}
        />
        <FieldFault id={`${id}-note`} says={faults.note} />
      </div>
    </>
  );
}
