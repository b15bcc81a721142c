import { Button, Checkbox, Form, Input, Modal, Space } from "antd";
import type { HandOverContent, HandOverView } from "../../../api/contract";
import { useChange } from "../../../api/hooks";
import { ErrorPanel } from "../../../kit/ErrorPanel";
import { formatExact } from "../../../kit/format";
import { useLanguage, useWords } from "../../../kit/language";
import { words } from "./words";

function ItemLines(props: { disabled: boolean }) {
  const said = useWords(words);
  return (
    <Form.List name="items">
      {(fields, { add, remove }) => (
        <fieldset className="duty-part" disabled={props.disabled}>
          <legend>{said.open_items}</legend>
          <ul className="duty-lines">
            {fields.map((field) => (
              <li key={field.key}>
                <Form.Item noStyle name={[field.name, "text"]}>
                  <Input aria-label={said.item_text} placeholder={said.item_text} />
                </Form.Item>
                <Form.Item noStyle name={[field.name, "done"]} valuePropName="checked">
                  <Checkbox disabled={props.disabled}>{said.item_done}</Checkbox>
                </Form.Item>
                <Button size="small" onClick={() => remove(field.name)}>
                  {said.remove}
                </Button>
              </li>
            ))}
          </ul>
          <Button size="small" onClick={() => add({ text: "", link: "", done: false })}>
            {said.item_add}
          </Button>
        </fieldset>
      )}
    </Form.List>
  );
}

function ReadingLines(props: { disabled: boolean }) {
  const said = useWords(words);
  return (
    <Form.List name="readings">
      {(fields, { add, remove }) => (
        <fieldset className="duty-part" disabled={props.disabled}>
          <legend>{said.readings}</legend>
          <ul className="duty-lines">
            {fields.map((field) => (
              <li key={field.key}>
                <Form.Item noStyle name={[field.name, "name"]}>
                  <Input aria-label={said.reading_name} placeholder={said.reading_name} />
                </Form.Item>
                <Form.Item noStyle name={[field.name, "value"]}>
                  <Input aria-label={said.reading_value} placeholder={said.reading_value} />
                </Form.Item>
                <Button size="small" onClick={() => remove(field.name)}>
                  {said.remove}
                </Button>
              </li>
            ))}
          </ul>
          <Button size="small" onClick={() => add({ name: "", value: "" })}>
            {said.reading_add}
          </Button>
        </fieldset>
      )}
    </Form.List>
  );
}

function KeyLines(props: { disabled: boolean }) {
  const said = useWords(words);
  return (
    <Form.List name="keys">
      {(fields, { add, remove }) => (
        <fieldset className="duty-part" disabled={props.disabled}>
          <legend>{said.keys}</legend>
          <ul className="duty-lines">
            {fields.map((field) => (
              <li key={field.key}>
                <Form.Item noStyle name={[field.name, "name"]}>
                  <Input aria-label={said.key_name} placeholder={said.key_name} />
                </Form.Item>
                <Form.Item noStyle name={[field.name, "present"]} valuePropName="checked">
                  <Checkbox disabled={props.disabled}>{said.key_present}</Checkbox>
                </Form.Item>
                <Button size="small" onClick={() => remove(field.name)}>
                  {said.remove}
                </Button>
              </li>
            ))}
          </ul>
          <Button size="small" onClick={() => add({ name: "", present: true })}>
            {said.key_add}
          </Button>
        </fieldset>
      )}
    </Form.List>
  );
}

function Signatures(props: { one: HandOverView }) {
  const { one } = props;
  const said = useWords(words);
  const language = useLanguage();
  const signed = (at: string | null) =>
    at ? `${said.signed_at} ${formatExact(at, language)}` : said.not_signed;
  return (
    <dl className="kit-facts kit-facts-2">
      <dt>{said.giver}</dt>
      <dd>
        {one.giver.name} · {signed(one.given_at)}
      </dd>
      <dt>{said.taker}</dt>
      <dd>
        {one.taker.name} · {signed(one.taken_at)}
      </dd>
    </dl>
  );
}

/** A hand-over: written and signed by whoever goes, then signed by whoever comes. */
export function HandOverDialog(props: { one: HandOverView; onClose: () => void }) {
  const { one, onClose } = props;
  const said = useWords(words);
  const [form] = Form.useForm<HandOverContent>();
  const writes = one.state === "begun" && one.own === "giver";
  const path = `/duty/hand-overs/${one.id}`;
  const touches = ["journal"];
  const save = useChange<HandOverView, HandOverContent>(
    (body) => ({ method: "PUT", path, version: one.version, body }),
    { touches },
  );
  const give = useChange<HandOverView, number>(
    (version) => ({ method: "POST", path: `${path}/give`, version }),
    { touches },
  );
  const take = useChange<HandOverView>(
    () => ({ method: "POST", path: `${path}/take`, version: one.version }),
    { touches },
  );
  const written = (): HandOverContent => ({ ...one.content, ...form.getFieldsValue(true) });
  const sign = () =>
    save.mutate(written(), { onSuccess: (saved) => give.mutate(saved.version) });
  const buttons = (
    <Space wrap>
      <Button onClick={onClose}>{said.close}</Button>
      {writes ? (
        <>
          <Button loading={save.isPending} onClick={() => save.mutate(written())}>
            {said.save}
          </Button>
          <Button type="primary" loading={give.isPending} title={said.give_about} onClick={sign}>
            {said.give}
          </Button>
        </>
      ) : null}
      {one.state === "given" && one.own === "taker" ? (
        <Button type="primary" loading={take.isPending} onClick={() => take.mutate()}>
          {said.take}
        </Button>
      ) : null}
    </Space>
  );
  return (
    <Modal open title={said.hand_overs} width={720} footer={buttons} onCancel={onClose}>
      <ErrorPanel problem={save.error ?? give.error ?? take.error} />
      <Signatures one={one} />
      <Form<HandOverContent> form={form} layout="vertical" initialValues={one.content} disabled={!writes}>
        <ItemLines disabled={!writes} />
        <ReadingLines disabled={!writes} />
        <KeyLines disabled={!writes} />
        <Form.Item name="notes" label={said.notes}>
          <Input.TextArea rows={3} maxLength={16_000} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
