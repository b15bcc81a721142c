import { Form, Skeleton } from "antd";
import { useMemo, useState } from "react";
import { useNavigate, useParams } from "react-router";
import type { TicketTypeView } from "../../../../api/contract";
import { useChange, useItems } from "../../../../api/hooks";
import { ErrorPanel } from "../../../../kit/ErrorPanel";
import { FormPage } from "../../../../kit/Form";
import { useText, useWords } from "../../../../kit/language";
import { LinkButton } from "../../../../kit/LinkButton";
import { PageHeader } from "../../../../kit/PageHeader";
import { fill } from "../../../../kit/say";
import { useViewState } from "../../../../kit/viewState";
import { paths } from "../../../../paths";
import { useCan } from "../../../../shell/can";
import { NotFound } from "../../../../shell/NotFound";
import { BasicFields } from "./BasicFields";
import { IncidentFields } from "./IncidentFields";
import { MatrixFields } from "./MatrixFields";
import { Preview } from "./Preview";
import { PublicFields } from "./PublicFields";
import { QuestionFields } from "./QuestionFields";
import { StateFields } from "./StateFields";
import { bodyOf, calledOf, copyOf, faultyIn, formOf, PLAIN } from "./typeForm";
import type { TypeForm } from "./typeForm";
import { WayFields } from "./WayFields";
import { words } from "./words";
import "../desk.css";

const KEYS = ["from"] as const;

/** The form over a kind of ticket; null: of a new one, that begins as `initial`. */
function Editor(props: { type: TicketTypeView | null; initial: TypeForm }) {
  const { initial } = props;
  const text = useText();
  const navigate = useNavigate();
  const refusal = useCan()("desk.configure");
  // What others save meanwhile is told when this is sent, and does not change what is typed.
  const [type] = useState(props.type);
  const [form] = Form.useForm<TypeForm>();
  const [draft, setDraft] = useState(initial);
  const save = useChange<TicketTypeView, TypeForm>(
    (values) => ({
      method: type ? "PUT" : "POST",
      path: type ? `/ticket-types/${type.type.key}` : "/ticket-types",
      ...(type ? { version: type.version } : {}),
      // What the form has no fields for stays as it is.
      body: bodyOf({ ...initial, ...values }),
    }),
    { touches: ["journal", "tickets"], onDone: () => void navigate(paths.deskSetUp()) },
  );
  const choices = useMemo(
    () =>
      draft.states.map((state, at) => ({ value: state.key, label: calledOf(state, text, at) })),
    [draft.states, text],
  );
  return (
    <div className="desk-type">
      <FormPage<TypeForm>
        form={form}
        initial={initial}
        submit={save}
        refusal={refusal}
        onValues={setDraft}
      >
        <BasicFields known={type !== null} />
        <StateFields states={draft.states} choices={choices} />
        <WayFields
          ways={draft.transitions}
          choices={choices}
          faulty={faultyIn("transitions", save.error)}
        />
        <QuestionFields questions={draft.fields} faulty={faultyIn("fields", save.error)} />
        <MatrixFields />
        <IncidentFields takes={draft.takes_incidents} choices={choices} />
        <PublicFields
          known={type?.type.key}
          takes={draft.takes_enquiries}
          questions={draft.fields}
          faulty={faultyIn("public.categories", save.error)}
        />
      </FormPage>
      <Preview draft={draft} />
    </div>
  );
}

/** A kind of ticket: its states and ways, its form, its priorities, and what opens it. */
export default function TypePage() {
  const { key } = useParams();
  const said = useWords(words);
  const text = useText();
  const [view] = useViewState(KEYS);
  const types = useItems<TicketTypeView>("/ticket-types");
  const found = types.items.find((one) => one.type.key === (key ?? view.from));
  const type = key === undefined ? null : found;
  const title = type ? fill(said.edit_type, { name: text(type.type.name) }) : said.new_type;
  const initial = () => {
    if (!found) return PLAIN;
    return key === undefined ? copyOf(found.type) : formOf(found.type);
  };
  if (type === undefined && !types.loading && !types.problem) return <NotFound />;
  return (
    <>
      <PageHeader
        title={title}
        about={said.about}
        actions={<LinkButton to={paths.deskSetUp()}>{said.back}</LinkButton>}
      />
      <ErrorPanel problem={types.problem} onRetry={types.reload} />
      {types.loading ? <Skeleton active /> : null}
      {types.loading || type === undefined ? null : (
        <Editor key={`${key} ${view.from}`} type={type} initial={initial()} />
      )}
    </>
  );
}
