import { Form, Input, InputNumber, Select, Switch } from "antd";
import type { ReactNode } from "react";
import type { Language, Json, JsonObject, SpecSchema } from "../api/contract";
import { isObject } from "./difference";
import { useLanguage, useWords } from "./language";
import { words } from "./words";

type Path = (string | number)[];

/** The first type of a schema that is not null. */
function typeOf(schema: SpecSchema): string {
  const types = Array.isArray(schema.type) ? schema.type : [schema.type ?? "string"];
  return types.find((type) => type !== "null") ?? "string";
}

/** The name of a field in a language. */
export function titleOf(schema: SpecSchema, name: string, language: Language): string {
  return (language === "zh" ? schema["x-title-zh"] : undefined) ?? schema.title ?? name;
}

/** The values with which a form over a schema starts. */
export function defaultsOf(schema: SpecSchema): JsonObject {
  const values: JsonObject = {};
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    if (field.default !== undefined) values[name] = field.default;
    else if (field.const !== undefined) values[name] = field.const;
    else if (typeOf(field) === "object") values[name] = defaultsOf(field);
  }
  return values;
}

/** Leaves out what was never filled in, so that the server's defaults hold. */
export function filledOf(value: JsonObject): JsonObject {
  const filled: JsonObject = {};
  for (const [name, one] of Object.entries(value)) {
    if (one === undefined || one === null || one === "") continue;
    const kept: Json = isObject(one) ? filledOf(one) : one;
    if (!isObject(kept) || Object.keys(kept).length > 0) filled[name] = kept;
  }
  return filled;
}

function inputOf(schema: SpecSchema, hint: string): ReactNode {
  if (schema.enum) {
    const options = schema.enum.map((value) => ({ value: String(value), label: String(value) }));
    return <Select options={options} allowClear showSearch />;
  }
  switch (typeOf(schema)) {
    case "integer":
    case "number":
      return (
        <InputNumber
          className="kit-wide"
          {...(schema.minimum === undefined ? {} : { min: schema.minimum })}
          {...(schema.maximum === undefined ? {} : { max: schema.maximum })}
          {...(typeOf(schema) === "integer" ? { precision: 0 } : {})}
        />
      );
    case "boolean":
      return <Switch />;
    case "array":
      return <Select mode="tags" open={false} suffixIcon={null} placeholder={hint} />;
    default:
      return schema.format === "password" ? (
        <Input.Password autoComplete="new-password" />
      ) : (
        <Input {...(schema.maxLength ? { maxLength: schema.maxLength } : {})} spellCheck={false} />
      );
  }
}

function SchemaField(props: { schema: SpecSchema; path: Path; name: string; required: boolean }) {
  const { schema, path, name } = props;
  const language = useLanguage();
  const said = useWords(words);
  const title = titleOf(schema, name, language);
  const about = (language === "zh" ? schema["x-description-zh"] : undefined) ?? schema.description;
  if (schema.const !== undefined) return null;
  if (typeOf(schema) === "object") {
    return (
      <fieldset className="kit-fieldset">
        <legend>{title}</legend>
        <SchemaForm schema={schema} path={path} />
      </fieldset>
    );
  }
  const required = props.required && typeOf(schema) !== "boolean";
  return (
    <Form.Item
      name={path}
      label={title}
      extra={about}
      {...(typeOf(schema) === "boolean" ? { valuePropName: "checked" } : {})}
      rules={required ? [{ required: true, message: said.required }] : []}
    >
      {inputOf(schema, said.list_hint)}
    </Form.Item>
  );
}

/** The fields in the order in which they are asked for: what is needed, what may be said, parts. */
function inOrder(schema: SpecSchema): [string, SpecSchema][] {
  const required = new Set(schema.required);
  const rank = ([name, field]: [string, SpecSchema]) => {
    if (typeOf(field) === "object") return 2;
    return required.has(name) ? 0 : 1;
  };
  const fields = Object.entries(schema.properties ?? {});
  return fields.toSorted((one, other) => rank(one) - rank(other));
}

/** The fields of a JSON Schema object, inside a form; `path` is where the object lies in it. */
export function SchemaForm(props: { schema: SpecSchema; path: Path }) {
  const required = new Set(props.schema.required);
  return inOrder(props.schema).map(([name, field]) => (
    <SchemaField
      key={name}
      name={name}
      schema={field}
      path={[...props.path, name]}
      required={required.has(name)}
    />
  ));
}
