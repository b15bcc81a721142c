import { Link } from "react-router";
import type { PersonView } from "../../../api/contract";
import { useList } from "../../../api/hooks";
import { Card } from "../../../kit/Card";
import { useWords } from "../../../kit/language";
import { ListTable } from "../../../kit/ListTable";
import { paths } from "../../../paths";
import { words } from "../words";

/** The people of a unit at a day. */
export function PeopleCard(props: { unit_id: string; as_of: string }) {
  const said = useWords(words);
  const list = useList<PersonView>("/people", props);
  return (
    <Card title={said.people}>
      <ListTable<PersonView>
        label={said.people}
        size="small"
        list={list}
        rowKey={(person) => person.id}
        empty={said.people_bare}
        columns={[
          {
            key: "name",
            title: said.person_name,
            render: (_, person) => <Link to={paths.person(person.id, { as_of: props.as_of })}>{person.name}</Link>,
          },
          { key: "number", title: said.number, render: (_, person) => person.number },
          {
            key: "contacts",
            title: said.contacts,
            render: (_, person) => person.contacts.map((one) => one.value).join(said.comma) || "–",
          },
        ]}
      />
    </Card>
  );
}
