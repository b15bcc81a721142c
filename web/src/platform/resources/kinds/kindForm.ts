import type { KindAttribute, KindView, Text } from "../../../api/contract";

/** The types that an attribute can have, as the server names them. */
export const ATTRIBUTE_TYPES = [
  "string",
  "text",
  "integer",
  "number",
  "boolean",
  "time",
  "date",
  "ip",
  "cidr",
  "mac",
  "url",
  "enumeration",
  "reference",
];

/** An attribute as the form edits it; what the form has no field for is carried along. */
export interface AttributeForm {
  name: string;
  title: Text;
  type: string;
  unit?: string | null;
  required?: boolean;
  retired?: boolean;
  refers_to?: string | null;
  /** Values of an enumeration: `value=English=中文`, a line each. */
  values?: string;
  was?: KindAttribute;
}

export interface KindForm {
  name: string;
  title: Text;
  parent?: string | null;
  icon: string;
  retired?: boolean;
  attributes: AttributeForm[];
}

function valuesText(attribute: KindAttribute): string {
  const values = attribute.values ?? [];
  return values.map(({ value, title }) => `${value}=${title.en}=${title.zh}`).join("\n");
}

/** The form over a kind: its own attributes only, those of its parents are not edited here. */
export function formOf(kind: KindView): KindForm {
  const own = kind.attributes.filter((one) => kind.own_attributes.includes(one.name));
  return {
    name: kind.name,
    title: kind.title,
    parent: kind.parent,
    icon: kind.icon,
    retired: kind.retired,
    attributes: own.map((was) => ({
      name: was.name,
      title: was.title,
      type: was.type,
      unit: was.unit,
      required: was.required,
      retired: was.retired,
      refers_to: was.refers_to,
      values: valuesText(was),
      was,
    })),
  };
}

function attributeBody(form: AttributeForm) {
  const { was, values, ...shown } = form;
  const lines = (values ?? "").split("\n").filter((line) => line.trim() !== "");
  const enumeration = lines.map((line) => {
    const [value = "", en = value, zh = en] = line.split("=").map((part) => part.trim());
    return { value, title: { en, zh } };
  });
  return {
    ...was,
    ...shown,
    default: was?.default ?? null,
    unit: shown.unit || null,
    refers_to: shown.type === "reference" ? shown.refers_to || null : null,
    values: shown.type === "enumeration" ? enumeration : [],
  };
}

/** The kind as it is to be. What the form does not show stays as it was. */
export function bodyOf(form: KindForm, was: KindView | null) {
  const { attributes, name, ...rest } = form;
  return {
    ...rest,
    ...(was ? {} : { name }),
    parent: rest.parent || null,
    retired: rest.retired ?? false,
    attributes: (attributes ?? []).map(attributeBody),
    ...(was
      ? {
          help: was.help,
          authority: was.authority,
          identification: was.identification,
          life_cycle: was.life_cycle,
        }
      : {}),
  };
}
