import { App, Alert, Button, DatePicker, Modal, Skeleton, Space } from "antd";
import dayjs from "dayjs";
import { lazy, Suspense, useRef, useState } from "react";
import type { RefObject } from "react";
import { DescriptionList } from "../../kit/DescriptionList";
import { ErrorPanel } from "../../kit/ErrorPanel";
import { formatExact, formatNumber } from "../../kit/format";
import { useLanguage, useWords } from "../../kit/language";
import { fill } from "../../kit/say";
import type { EditorHandle } from "./QueryEditor";
import { useDelete, useFind } from "./seriesAdmin";
import type { Doomed, Found } from "./seriesAdmin";
import { words } from "./words";

const QueryEditor = lazy(() => import("./QueryEditor"));
const WIDTH_PX = 720;
const NO_NOTES: never[] = [];
const NOTHING: Doomed = { selector: "", from: null, to: null };

function isBackwards({ from, to }: Doomed): boolean {
  return from !== null && to !== null && Date.parse(to) < Date.parse(from);
}

function MomentPicker(props: {
  label: string;
  /** What it means that none is chosen. */
  open: string;
  value: string | null;
  onChange: (at: string | null) => void;
}) {
  const { label, open, value, onChange } = props;
  return (
    <DatePicker
      showTime
      // What must be confirmed lets nobody out again who moves by the keys.
      needConfirm={false}
      aria-label={label}
      placeholder={`${label}: ${open}`}
      value={value === null ? null : dayjs(value)}
      onChange={(at) => onChange(at?.toISOString() ?? null)}
    />
  );
}

/** Which series, and from when to when. What was written stays when one comes back to it. */
function Question(props: {
  editor: RefObject<EditorHandle | null>;
  doomed: Doomed;
  none: boolean;
  problem: unknown;
  onChange: (change: Partial<Doomed>) => void;
  onFind: (selector: string) => void;
}) {
  const { editor, doomed, none, problem, onChange, onFind } = props;
  const said = useWords(words);
  return (
    <div className="series-doomed">
      <Suspense fallback={<Skeleton.Input active block />}>
        <QueryEditor
          ref={editor}
          label={said.series_which}
          hint={said.series_which_hint}
          text={doomed.selector}
          notes={NO_NOTES}
          onRun={onFind}
        />
      </Suspense>
      <Space wrap>
        <MomentPicker
          label={said.series_from}
          open={said.series_first}
          value={doomed.from}
          onChange={(from) => onChange({ from })}
        />
        <MomentPicker
          label={said.series_to}
          open={said.series_last}
          value={doomed.to}
          onChange={(to) => onChange({ to })}
        />
      </Space>
      {isBackwards(doomed) ? (
        <Alert type="error" showIcon role="alert" title={said.series_range_wrong} />
      ) : null}
      <ErrorPanel problem={problem} />
      {none ? <Alert type="info" showIcon title={said.series_none_found} /> : null}
    </div>
  );
}

/** Repeats what will be gone. */
function Farewell(props: { found: Found; problem: unknown }) {
  const { doomed, count, names } = props.found;
  const said = useWords(words);
  const language = useLanguage();
  const momentOf = (at: string | null, open: string) =>
    at === null ? open : formatExact(Date.parse(at), language);
  const items = [
    { key: "which", term: said.selector, value: <code>{doomed.selector}</code> },
    { key: "from", term: said.series_from, value: momentOf(doomed.from, said.series_first) },
    { key: "to", term: said.series_to, value: momentOf(doomed.to, said.series_last) },
  ];
  const more = count - names.length;
  return (
    <div className="series-doomed">
      <ErrorPanel problem={props.problem} />
      <Alert type="warning" showIcon title={fill(said.series_gone, { n: formatNumber(count, language, 0) })} />
      <DescriptionList columns={1} items={items} />
      <ul className="series-names">
        {names.map((name) => (
          <li key={name}>
            <code>{name}</code>
          </li>
        ))}
      </ul>
      {more > 0 ? (
        <p className="kit-quiet">
          {fill(said.series_and_more, { n: formatNumber(more, language, 0) })}
        </p>
      ) : null}
    </div>
  );
}

/** Deletes samples: asks which, shows how many series they belong to, and asks once more. */
export function DeleteSeriesDialog(props: { onClose: () => void }) {
  const { onClose } = props;
  const said = useWords(words);
  const language = useLanguage();
  const { message } = App.useApp();
  const editor = useRef<EditorHandle>(null);
  const [doomed, setDoomed] = useState(NOTHING);
  const [found, setFound] = useState<Found | null>(null);
  const find = useFind(setFound);
  const remove = useDelete(() => {
    void message.success(said.series_deleted);
    onClose();
  });
  const look = (text: string) => {
    const selector = text.trim();
    const asked = { ...doomed, selector };
    setDoomed(asked);
    setFound(null);
    if (selector !== "" && !isBackwards(asked)) find.mutate(asked);
  };
  const change = (changed: Partial<Doomed>) => {
    setFound(null);
    setDoomed({ ...doomed, selector: editor.current?.text() ?? doomed.selector, ...changed });
  };
  const met = found !== null && found.count > 0 ? found : null;
  const buttons = met ? (
    <>
      <Button key="back" onClick={() => setFound(null)}>{said.series_back}</Button>
      <Button
        key="delete"
        danger
        loading={remove.isPending}
        onClick={() => remove.mutate(met.doomed)}
      >
        {fill(said.series_delete_n, { n: formatNumber(met.count, language, 0) })}
      </Button>
    </>
  ) : (
    <Button
      key="find"
      type="primary"
      loading={find.isPending}
      onClick={() => look(editor.current?.text() ?? "")}
    >
      {said.series_find}
    </Button>
  );
  return (
    <Modal
      open
      title={said.series_delete}
      width={WIDTH_PX}
      onCancel={onClose}
      mask={{ closable: false }}
      destroyOnHidden
      footer={<Space wrap>{buttons}</Space>}
    >
      {met ? (
        <Farewell found={met} problem={remove.error} />
      ) : (
        <Question
          editor={editor}
          doomed={doomed}
          none={found !== null}
          problem={find.error}
          onChange={change}
          onFind={look}
        />
      )}
    </Modal>
  );
}
