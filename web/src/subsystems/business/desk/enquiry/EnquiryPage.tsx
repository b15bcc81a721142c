import { Button, Empty, Skeleton } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { ErrorPanel } from "../../../../kit/ErrorPanel";
import { useText, useWords } from "../../../../kit/language";
import { useViewState } from "../../../../kit/viewState";
import { paths } from "../../../../paths";
import { EnquiryForm } from "./EnquiryForm";
import { EnquiryFrame } from "./EnquiryFrame";
import { useForms } from "./forms";
import type { OpenedForm } from "./forms";
import { SentPanel } from "./SentPanel";
import { words } from "./words";

const KEYS = ["form"] as const;

/** The forms that are open, to choose one from. */
function Choice(props: { forms: OpenedForm[] }) {
  const said = useWords(words);
  const text = useText();
  return (
    <nav aria-label={said.choose}>
      <h2 className="enquiry-head">{said.choose}</h2>
      <ul className="enquiry-choice">
        {props.forms.map(({ form }) => (
          <li key={form.key}>
            <Link to={paths.enquiry({ form: form.key })} className="kit-card">
              <strong>{text(form.title)}</strong>
              <span className="kit-quiet">{text(form.intro)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** One form, and what came of it. `onAnother`: opens it anew. */
function Writing(props: { opened: OpenedForm; other: boolean; onAnother: () => void }) {
  const { opened, other, onAnother } = props;
  const said = useWords(words);
  const text = useText();
  const [code, setCode] = useState<string | null>(null);
  if (code !== null) return <SentPanel code={code} onAnother={onAnother} />;
  const intro = text(opened.form.intro);
  return (
    <section className="kit-card">
      <h2 className="enquiry-head">{text(opened.form.title)}</h2>
      {other ? (
        <p>
          <Link to={paths.enquiry()}>{said.choose_other}</Link>
        </p>
      ) : null}
      {intro ? <p className="desk-text">{intro}</p> : null}
      <EnquiryForm opened={opened} onSent={setCode} />
    </section>
  );
}

/** Where people outside write in, without signing in. */
export default function EnquiryPage() {
  const said = useWords(words);
  const [view] = useViewState(KEYS);
  const read = useForms();
  const forms = read.data ?? [];
  const only = forms.length === 1 ? forms[0] : undefined;
  const chosen = forms.find(({ form }) => form.key === view.form) ?? only;
  // Each form is good for one enquiry: the next one is another form.
  const another = () => void read.refetch();
  const body = () => {
    if (read.isPending) return <Skeleton active aria-label={said.loading} />;
    if (read.error) return <ErrorPanel problem={read.error} onRetry={another} />;
    if (forms.length === 0) {
      return (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={said.none_open}>
          <p className="kit-quiet">{said.none_open_about}</p>
          <Button href={paths.enquiryStatus()}>{said.ask_after}</Button>
        </Empty>
      );
    }
    if (!chosen) return <Choice forms={forms} />;
    const { key, stamp } = chosen.form;
    return (
      <Writing
        key={`${key} ${stamp}`}
        opened={chosen}
        other={forms.length > 1}
        onAnother={another}
      />
    );
  };
  return (
    <EnquiryFrame title={said.write} about={said.write_about}>
      {body()}
    </EnquiryFrame>
  );
}
