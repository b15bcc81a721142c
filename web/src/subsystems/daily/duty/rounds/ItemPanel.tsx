import { Alert, Button } from "antd";
import { useEffect, useRef, useState } from "react";
import type { InspectionItem } from "../../../../api/contract";
import { ConfirmDanger } from "../../../../kit/ConfirmDanger";
import { useWords } from "../../../../kit/language";
import { fill } from "../../../../kit/say";
import { StateTag } from "../../../../kit/StateTag";
import { ResourceName } from "../../../../platform/fields/ReferenceName";
import { BLANK, draftOf, faultsOf } from "./answer";
import type { Draft } from "./answer";
import { AnswerFields } from "./AnswerFields";
import { Answered } from "./Answered";
import { TONES } from "./itemState";
import type { ItemState } from "./itemState";
import type { Keeper } from "./keeper";
import { PhotoField } from "./PhotoField";
import { words } from "./words";

function Where(props: { item: InspectionItem }) {
  const { place, resource_id } = props.item;
  return (
    <p className="kit-quiet">
      {place}
      {place && resource_id ? " · " : null}
      {resource_id ? <ResourceName id={resource_id} /> : null}
    </p>
  );
}

/** What the server said of it, and what is found wrong here, by field. */
function useFaults(state: ItemState, draft: Draft, tried: boolean): Record<string, string> {
  const said = useWords(words);
  const faults: Record<string, string> = {};
  const refused = state.unsent?.refused;
  if (refused && !state.draft) {
    for (const { field, expected } of refused.fields) faults[field.replace(/\[.*$/, "")] = expected;
  }
  if (tried) {
    for (const fault of faultsOf(state.item, draft)) {
      faults[fault === "photo_missing" ? "photos" : (fault.split("_")[0] ?? "")] = said[fault];
    }
  }
  return faults;
}

export interface ItemPanelProps {
  state: ItemState;
  n: number;
  all: number;
  keeper: Keeper;
  /** Whether the reader has just come here from another item: the heading takes the focus. */
  arrived: boolean;
  onSaved: () => void;
}

function ItemForm(props: ItemPanelProps & { draft: Draft }) {
  const { state, keeper, draft } = props;
  const { item } = state;
  const said = useWords(words);
  const [tried, setTried] = useState(false);
  const faults = useFaults(state, draft, tried);
  const change = (next: Draft) => keeper.type(item.key, next);
  const save = () => {
    setTried(true);
    if (faultsOf(item, draft).length > 0) return;
    keeper.save(item.key, draft);
    props.onSaved();
  };
  const refused = state.unsent?.refused;
  return (
    <form
      className="rounds-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      {refused ? (
        <Alert type="error" showIcon role="alert" title={said.item_refused} description={refused.says} />
      ) : null}
      <AnswerFields item={item} draft={draft} faults={faults} onChange={change} />
      <PhotoField
        item={item}
        draft={draft}
        fault={faults.photos}
        onAdd={(photo) => keeper.amend(item.key, draft, (now) => [...now, photo])}
        onRemove={(photo) =>
          keeper.amend(item.key, draft, (now) => now.filter((one) => one.local !== photo.local))
        }
      />
      <Button type="primary" size="large" block htmlType="submit">
        {said.save_next}
      </Button>
      {state.draft || state.unsent ? (
        <ConfirmDanger
          action={said.discard}
          title={said.discard}
          running={false}
          problem={null}
          onConfirm={async () => keeper.discard(item.key)}
        >
          {fill(said.discard_about, { name: item.name })}
        </ConfirmDanger>
      ) : null}
    </form>
  );
}

/** One item of the route: what is asked, or what was answered. */
export function ItemPanel(props: ItemPanelProps) {
  const { state, n, all, keeper, arrived } = props;
  const { item, draft, unsent, found, is } = state;
  const said = useWords(words);
  const heading = useRef<HTMLHeadingElement>(null);
  // Focus belongs to the document: who comes from another item starts at the head of this one.
  useEffect(() => {
    if (arrived) heading.current?.focus();
  }, [arrived]);
  const shown = draft ?? unsent?.draft;
  const answers = is === "open" || is === "typed" || is === "refused";
  return (
    <section className="kit-card rounds-item" aria-labelledby="rounds-item-name">
      <div className="rounds-item-head">
        <span className="kit-quiet">{fill(said.item_of, { n, all })}</span>
        <StateTag state={TONES[is]} text={said[`item_${is}`]} />
      </div>
      <h2 id="rounds-item-name" ref={heading} tabIndex={-1}>
        {item.name}
      </h2>
      <Where item={item} />
      {answers ? <ItemForm {...props} draft={shown ?? BLANK} /> : null}
      {is === "unsent" && unsent ? (
        <Button onClick={() => keeper.correct(item.key, unsent.draft)}>{said.correct}</Button>
      ) : null}
      {found && (is === "ok" || is === "abnormal") ? (
        <Answered item={item} found={found} onCorrect={() => keeper.correct(item.key, draftOf(found))} />
      ) : null}
    </section>
  );
}
