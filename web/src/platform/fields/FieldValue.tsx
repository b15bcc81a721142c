import { Fragment } from "react";
import type { ReactNode } from "react";
import type { Json, JsonObject, TicketTypeView } from "../../api/contract";
import { useItems } from "../../api/hooks";
import { isObject } from "../../kit/difference";
import { useLanguage, useText, useWords } from "../../kit/language";
import { fill } from "../../kit/say";
import { useCan } from "../../shell/can";
import { useRoleTitle } from "../../shell/roles";
import { useKinds } from "../resources/useKinds";
import { isId, nameBeside, referenceOf } from "./references";
import { ReferenceName } from "./ReferenceName";
import { ticketName } from "./ticketWords";
import { useRelationWord } from "./useRelationWord";
import { useTerm } from "./useTerm";
import { contactOf, filledOf, isEmpty, lastOf, namedOf, plainWord, scopeOf, textIn } from "./valueWords";
import { words } from "./values/words";

export interface FieldValueProps {
  /** The dotted path of the field. */
  field: string;
  value: Json | undefined;
  /** The kind of thing it is a field of: `unit`, `resource`. */
  about: string;
  /** The moment whose names are meant; now when not given. */
  at?: string;
  /** It is one of a list. */
  listed?: true;
  /** The key of the type of the ticket that it is about. */
  type?: string | undefined;
}

/** Lists that name fields. */
const FIELD_LISTS = new Set(["fields", "withheld", "changed"]);

/** What keys are called that are data: of kinds, of relations, of types of tickets. */
function useKindWord(about: string, type: string | undefined): (field: string, value: string) => string {
  const kinds = useKinds();
  const reads = useCan()("ticket.read") === null && about === "ticket";
  const types = useItems<TicketTypeView>(reads ? "/ticket-types" : null);
  const relations = useRelationWord();
  const roles = useRoleTitle();
  const text = useText();
  return (field, value) => {
    if (about === "ticket") return text(ticketName(types.items, field, value, type));
    const state = kinds.items
      .flatMap((kind) => kind.life_cycle)
      .find((one) => one.name === value);
    if (field === "life_cycle") return text(state?.title);
    if (field === "kind" && about === "resource") return kinds.titleOf(value);
    if (field === "kind" && about === "relation") return relations(value);
    if (field === "relation") return relations(value);
    if (field === "role") return roles(value);
    return "";
  };
}

/** The parts of a value in one line; a mark stands between them. */
function OneLine(props: { parts: { key: string; part: ReactNode }[]; mark: ReactNode }) {
  return props.parts.map(({ key, part }, at) => (
    <Fragment key={key}>
      {at > 0 ? props.mark : null}
      {part}
    </Fragment>
  ));
}

/** A value that has fields of its own: each with its name, or the places of a scope. */
function Whole(props: FieldValueProps & { value: JsonObject }) {
  const { field, value, about } = props;
  const said = useWords(words);
  const term = useTerm(about);
  const scope = scopeOf(value);
  if (scope) {
    const kind = plainWord(said, "en", "kind", scope.kind);
    if (scope.ids.length === 0) return kind;
    return (
      <>
        {fill(said.pair, { term: kind, value: "" })}
        <FieldValue {...props} field="ids" value={scope.ids} about={scope.kind} />
      </>
    );
  }
  const known = filledOf(value).filter(([key, one]) => !(isId(one) && nameBeside(value, key)));
  const parts = known.map(([key, one]) => ({
    key,
    part: (
      <>
        {fill(said.pair, { term: term(inside(field, key)), value: "" })}
        <FieldValue {...props} field={inside(field, key)} value={one} />
      </>
    ),
  }));
  return <OneLine parts={parts} mark={said.semicolon} />;
}

/** A value of a field for people: by name what it names, in words what it stands for. */
export function FieldValue(props: FieldValueProps): ReactNode {
  const { field, value, about } = props;
  const said: Record<string, string> = useWords(words);
  const language = useLanguage();
  const term = useTerm(about);
  const kindWord = useKindWord(about, props.type);
  if (value === undefined || value === null || isEmpty(value)) return said["none"];
  if (Array.isArray(value)) {
    const parts = value.map((one) => ({
      key: JSON.stringify(one),
      part: <FieldValue {...props} value={one} listed />,
    }));
    const tall = value.some((one) => isObject(one) && contactOf(one) === null);
    return <OneLine parts={parts} mark={tall ? <br /> : said["comma"]} />;
  }
  if (isObject(value)) {
    const contact = contactOf(value);
    if (contact) {
      const way = said[`way ${contact.way}`] ?? contact.way;
      return fill(said["pair"] ?? "", { term: way, value: contact.value });
    }
    const text = namedOf(value) ?? textIn(value, language);
    if (text !== null) return text;
    return <Whole {...props} value={value} about={insideOf(value, about)} />;
  }
  if (isId(value)) {
    const to = referenceOf(field, about);
    return to ? <ReferenceName to={to} id={value} at={props.at} /> : <span className="kit-code">{value}</span>;
  }
  if (typeof value === "string") {
    if (props.listed && FIELD_LISTS.has(field)) return term(value);
    const word = kindWord(lastOf(field), value);
    if (word) return word;
  }
  return plainWord(said, language, field, value);
}

/** Attributes are named by their whole path, all else by its own name. */
function inside(field: string, key: string): string {
  return field === "attributes" ? `attributes.${key}` : key;
}

/** What the parts of a planned change are of: a relation, or a resource. */
function insideOf(value: JsonObject, about: string): string {
  if (typeof value["do"] !== "string") return about;
  return value["do"].endsWith("relate") ? "relation" : "resource";
}
