import { Alert, Form, Input, Radio, Select } from "antd";
import { useState } from "react";
import type { ArticleView } from "../../../api/contract";
import { useChange } from "../../../api/hooks";
import { DayInput } from "../../../kit/DayInput";
import { FormDialog } from "../../../kit/Form";
import { useWords } from "../../../kit/language";
import { fill } from "../../../kit/say";
import { PersonSelect } from "../../../platform/directory/people/PostSelect";
import { UnitSelect } from "../../../platform/directory/PlaceSelect";
import { ResourcesSelect } from "../../../platform/resources/ResourceSelect";
import { AUDIENCES, bodyOf } from "./article";
import type { ArticleValues } from "./article";
import { words } from "./words";
import "./knowledge.css";

const FRESH: Partial<ArticleValues> = { audience: "staff" };

function TextFields() {
  const said = useWords(words);
  const required = [{ required: true, whitespace: true, message: said.required }];
  return (
    <>
      <Form.Item name="title" label={said.title} rules={required}>
        <Input maxLength={200} />
      </Form.Item>
      <Form.Item name="symptom" label={said.symptom} extra={said.symptom_about}>
        <Input.TextArea rows={4} maxLength={20_000} />
      </Form.Item>
      <Form.Item name="answer" label={said.answer} extra={said.answer_about}>
        <Input.TextArea rows={9} maxLength={50_000} />
      </Form.Item>
      <div className="knowledge-columns">
        <Form.Item name="keywords" label={said.keywords} extra={said.keywords_about}>
          <Select mode="tags" open={false} suffixIcon={null} tokenSeparators={[",", "，", "、"]} />
        </Form.Item>
        <Form.Item name="category" label={said.category}>
          <Input maxLength={60} />
        </Form.Item>
      </div>
    </>
  );
}

function WhoFields(props: { known: ArticleView["resources"] }) {
  const said = useWords(words);
  const required = [{ required: true, message: said.required }];
  const known = props.known.map(({ id, name }) => ({ id, name: { en: name, zh: name } }));
  return (
    <>
      <Form.Item name="audience" label={said.audience} extra={said.audience_about}>
        <Radio.Group
          aria-label={said.audience}
          options={AUDIENCES.map((value) => ({ value, label: said[value] }))}
        />
      </Form.Item>
      <Form.Item name="resource_ids" label={said.resources}>
        <ResourcesSelect label={said.resources} known={known} />
      </Form.Item>
      <div className="knowledge-columns">
        <Form.Item name="unit_id" label={said.unit} rules={required}>
          <UnitSelect label={said.unit} />
        </Form.Item>
        <Form.Item name="owner_id" label={said.owner} extra={said.owner_about}>
          <PersonSelect label={said.owner} clearable />
        </Form.Item>
        <Form.Item name="review_on" label={said.review_on} extra={said.confirm_about}>
          <DayInput label={said.review_on} />
        </Form.Item>
      </div>
    </>
  );
}

/** Begins an article, or changes what it says. */
export function ArticleDialog(props: {
  article: ArticleView | null;
  onDone: (saved: ArticleView) => void;
  onClose: () => void;
}) {
  const { onDone, onClose } = props;
  // It is read again meanwhile: what others change is told, not undone.
  const [one] = useState(props.article);
  const said = useWords(words);
  const save = useChange<ArticleView, ArticleValues>(
    (values) => ({
      method: one ? "PUT" : "POST",
      path: one ? `/knowledge/articles/${one.id}` : "/knowledge/articles",
      body: bodyOf(values),
      ...(one ? { version: one.version } : {}),
    }),
    { touches: ["journal"], onDone },
  );
  return (
    <FormDialog<ArticleValues>
      open
      width={760}
      title={one ? fill(said.edit_article, { number: one.number }) : said.new_article}
      initial={one ? bodyOf(one.article) : FRESH}
      submit={save}
      onClose={onClose}
    >
      {save.error?.status === 412 ? <Alert type="warning" title={said.stale} /> : null}
      <TextFields />
      <WhoFields known={one?.resources ?? []} />
    </FormDialog>
  );
}
