import { EditOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Skeleton, Space } from "antd";
import { useState } from "react";
import { Link, useParams } from "react-router";
import type { PersonView } from "../../../api/contract";
import { useOne } from "../../../api/hooks";
import { Card } from "../../../kit/Card";
import { DescriptionList } from "../../../kit/DescriptionList";
import { ErrorPanel } from "../../../kit/ErrorPanel";
import { useWords } from "../../../kit/language";
import { PageHeader } from "../../../kit/PageHeader";
import { Permitted } from "../../../kit/Permitted";
import { fill } from "../../../kit/say";
import { useViewState } from "../../../kit/viewState";
import { paths } from "../../../paths";
import { useCan } from "../../../shell/can";
import { DirectoryComingCard } from "../../coming/DirectoryComing";
import { AsOf } from "../AsOf";
import { EndDialog } from "../EndDialog";
import { UnitName } from "../PlaceName";
import { Span } from "../Span";
import { Versions } from "../Versions";
import { words } from "../words";
import { Career } from "./Career";
import { NewHoldingDialog } from "./HoldingDialog";
import { PersonDialog } from "./PersonDialog";
import "../directory.css";

function Actions(props: { person: PersonView }) {
  const { person } = props;
  const said = useWords(words);
  const refusal = useCan()("directory.change");
  const [open, setOpen] = useState<"edit" | "give" | "leave" | null>(null);
  const close = () => setOpen(null);
  const disabled = refusal !== null;
  return (
    <Permitted refusal={refusal}>
      <Space wrap>
        <Button icon={<PlusOutlined />} disabled={disabled} onClick={() => setOpen("give")}>
          {said.holding_new}
        </Button>
        <Button icon={<EditOutlined />} disabled={disabled} onClick={() => setOpen("edit")}>
          {said.edit}
        </Button>
        <Button danger disabled={disabled} onClick={() => setOpen("leave")}>
          {said.leave}
        </Button>
      </Space>
      {open === "edit" ? <PersonDialog person={person} onClose={close} /> : null}
      {open === "give" ? <NewHoldingDialog person_id={person.id} onClose={close} /> : null}
      {open === "leave" ? (
        <EndDialog
          path={`/people/${person.id}/leave`}
          version={person.version}
          title={fill(said.leave_of, { name: person.name })}
          action={said.leave}
          touches={["holdings", "posts", "journal"]}
          onClose={close}
        >
          {fill(said.leave_what, { name: person.name })}
        </EndDialog>
      ) : null}
    </Permitted>
  );
}

function Facts(props: { person: PersonView; as_of: string }) {
  const { person, as_of } = props;
  const said = useWords(words);
  const unit = person.unit_id ? (
    <Link to={paths.unit(person.unit_id, { as_of })}>
      <UnitName id={person.unit_id} as_of={as_of} />
    </Link>
  ) : null;
  const items = [
    { key: "number", term: said.number, value: person.number },
    { key: "unit", term: said.unit_of_record, value: unit },
    { key: "valid", term: said.valid, value: <Span span={person} state /> },
    ...person.contacts.map((contact, at) => ({
      key: `contact ${at}`,
      term: said[contact.way],
      value: contact.value,
    })),
  ];
  return (
    <Card title={said.person}>
      <DescriptionList items={items} columns={3} />
    </Card>
  );
}

/** One person at a day: how to reach them; all posts they ever held; their history. */
export default function PersonPage() {
  const { id = "" } = useParams();
  const said = useWords(words);
  const [view, setView] = useViewState(["as_of"]);
  const { as_of } = view;
  const read = useOne<PersonView>(`/people/${id}`, { as_of });
  const person = read.value;
  if (!read.problem && (!person || person.id !== id)) return <Skeleton active />;
  return (
    <>
      <PageHeader
        title={person?.name ?? said.person}
        actions={as_of || !person ? null : <Actions person={person} />}
      />
      <AsOf value={as_of} onChange={(day) => setView({ as_of: day })} />
      <ErrorPanel problem={read.problem} onRetry={read.reload} />
      {person && !read.problem ? (
        <div className="directory-column">
          <Facts person={person} as_of={as_of} />
          <DirectoryComingCard id={id} />
          <Career person_id={id} as_of={as_of} />
          <Versions<PersonView>
            path={`/people/${id}/history`}
            about="person"
            show={(version) => `${version.name} · ${version.number}`}
          />
        </div>
      ) : null}
    </>
  );
}
