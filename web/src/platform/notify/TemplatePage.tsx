import { App, Form, Input, Skeleton, Tabs } from "antd";
import { useRef, useState } from "react";
import { useNavigate, useParams } from "react-router";
import type { TemplateView } from "../../api/contract";
import { useChange, useOne } from "../../api/hooks";
import { ConfirmDanger } from "../../kit/ConfirmDanger";
import { ErrorPanel } from "../../kit/ErrorPanel";
import { FormPage } from "../../kit/Form";
import { useText, useWords } from "../../kit/language";
import { PageHeader } from "../../kit/PageHeader";
import { fill } from "../../kit/say";
import { words as kit } from "../../kit/words";
import { paths } from "../../paths";
import { useCan } from "../../shell/can";
import { objectOf } from "./channelSettings";
import { draftOf, formOfTemplate } from "./templateDraft";
import type { TemplateForm } from "./templateDraft";
import { TemplatePreview } from "./TemplatePreview";
import { words } from "./words";
import "./notify.css";

const PAUSE_MS = 400;
const EXAMPLE = "{{ resource.name }}, {% if urgent %}…{% endif %}";

function WordingFields(props: { language: "en" | "zh" }) {
  const { language } = props;
  const said = useWords(words);
  const { required } = useWords(kit);
  const rules = [{ required: true, message: required }];
  const title = language === "zh" ? said.title_zh : said.title_en;
  const path = ["wordings", language];
  return (
    <>
      <Form.Item name={["title", language]} label={title} rules={rules}>
        <Input maxLength={200} />
      </Form.Item>
      <Form.Item name={[...path, "subject"]} label={said.subject} rules={rules}>
        <Input className="kit-code" spellCheck={false} />
      </Form.Item>
      <Form.Item name={[...path, "text"]} label={said.text} rules={rules}>
        <Input.TextArea rows={7} className="kit-code" spellCheck={false} />
      </Form.Item>
      <Form.Item name={[...path, "html"]} label={said.html}>
        <Input.TextArea rows={5} className="kit-code" spellCheck={false} />
      </Form.Item>
    </>
  );
}

function Editor(props: { template: TemplateView }) {
  const { template } = props;
  const { name, version } = template;
  const said = useWords(words);
  const { message } = App.useApp();
  const refusal = useCan()("template.change");
  const [initial] = useState(() => formOfTemplate(template));
  const [draft, setDraft] = useState(() => draftOf(initial));
  const timer = useRef<number | undefined>(undefined);
  const save = useChange<TemplateView, TemplateForm>(
    (form) => ({
      method: "PUT",
      path: `/templates/${encodeURIComponent(name)}`,
      version,
      body: draftOf(form),
    }),
    { onDone: () => void message.success(said.saved) },
  );
  const follow = (form: TemplateForm) => {
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => setDraft(draftOf(form)), PAUSE_MS);
  };
  const languages = (["zh", "en"] as const).map((language) => ({
    key: language,
    label: said[language],
    forceRender: true,
    children: <WordingFields language={language} />,
  }));
  const validator = (_: unknown, sample: string) =>
    objectOf(sample) ? Promise.resolve() : Promise.reject(new Error(said.sample_wrong));
  return (
    <div className="notify-editor">
      <FormPage<TemplateForm>
        initial={initial}
        submit={save}
        refusal={refusal}
        onValues={follow}
      >
        <p className="kit-quiet">{fill(said.syntax, { example: EXAMPLE })}</p>
        <Tabs items={languages} />
        <Form.Item name="sample" label={said.sample} rules={[{ validator }]}>
          <Input.TextArea rows={5} className="kit-code" spellCheck={false} />
        </Form.Item>
      </FormPage>
      <TemplatePreview name={name} draft={draft} />
    </div>
  );
}

/** Takes back what was edited, or removes a template that was made here. */
function RemoveTemplate(props: { template: TemplateView; onReset: () => void }) {
  const { name, version, shipped, edited } = props.template;
  const said = useWords(words);
  const navigate = useNavigate();
  const refusal = useCan()("template.change");
  const remove = useChange<null>(
    () => ({ method: "DELETE", path: `/templates/${encodeURIComponent(name)}`, version }),
    { onDone: () => (shipped ? props.onReset() : void navigate(paths.templates())) },
  );
  if (shipped && !edited) return null;
  return (
    <ConfirmDanger
      action={shipped ? said.reset : said.remove}
      title={fill(shipped ? said.reset_title : said.template_remove_title, { name })}
      running={remove.isPending}
      problem={remove.error}
      refusal={refusal}
      onConfirm={() => remove.mutateAsync()}
    >
      {fill(shipped ? said.reset_what : said.template_remove_what, { name })}
    </ConfirmDanger>
  );
}

/** One template: its wordings, and at once how they read in both languages. */
export default function TemplatePage() {
  const { name = "" } = useParams();
  const textOf = useText();
  const [round, setRound] = useState(0);
  const read = useOne<TemplateView>(`/templates/${encodeURIComponent(name)}`);
  const { value } = read;
  if (read.problem && !value) return <ErrorPanel problem={read.problem} onRetry={read.reload} />;
  if (!value || value.name !== name) return <Skeleton active />;
  return (
    <>
      <PageHeader
        title={textOf(value.title)}
        about={<code>{value.name}</code>}
        actions={<RemoveTemplate template={value} onReset={() => setRound(round + 1)} />}
      />
      <Editor key={`${name} ${round}`} template={value} />
    </>
  );
}
