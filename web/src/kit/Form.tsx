import { Alert, Button, Form, Modal, Space } from "antd";
import type { FormInstance } from "antd";
import type { ReactNode } from "react";
import { useEffect, useId, useMemo, useRef } from "react";
import { problemOf } from "../api/problem";
import type { ProblemField } from "../api/contract";
import { ErrorPanel } from "./ErrorPanel";
import { placeFaults } from "./faults";
import { useWords } from "./language";
import { fill } from "./say";
import { words } from "./words";

/** The part of a mutation (`useChange`) that a form needs. */
export interface Submit<V> {
  mutate: (values: V) => void;
  isPending: boolean;
  error: unknown;
}

export interface FormBodyProps<V extends object> {
  /** What the fields hold at first. */
  initial?: Partial<V>;
  submit: Submit<V>;
  /** `Form.Item`s of antd; their `name` is the field's path in `V` and in the problem. */
  children: ReactNode;
  /** To read or set values from outside (`Form.useForm<V>()`). */
  form?: FormInstance<V>;
  /** Called on every keystroke with all values. */
  onValues?: (values: V) => void;
}

/** Shows the faults of a refused request at their fields; gives those that have none. */
function useFaults<V extends object>(form: FormInstance<V>, error: unknown): ProblemField[] {
  const plain: FormInstance = form;
  const said = useWords(words);
  const found = useMemo(() => {
    const fields = error ? plain.getFieldsError().map((one) => one.name) : [];
    const faults = error ? problemOf(error).fields : [];
    return placeFaults(faults, fields, (expected) => fill(said.expected, { expected }));
  }, [error, plain, said]);
  // The form keeps its own state: the faults of an answer are written into it, and taken out of
  // it before those of the next one.
  useEffect(() => {
    plain.setFields(found.placed);
    const first = found.placed[0];
    if (first) plain.scrollToField(first.name, { block: "nearest", focus: true });
    return () => plain.setFields(found.placed.map(({ name }) => ({ name, errors: [] })));
  }, [found, plain]);
  return found.loose;
}

function holds(values: unknown, path: (string | number)[]): boolean {
  const [first, ...rest] = path;
  if (first === undefined) return true;
  if (typeof values !== "object" || values === null || !(first in values)) return false;
  return holds(Object.entries(values).find(([key]) => key === String(first))?.[1], rest);
}

/** Takes the faults off the fields that were changed: the form alone judges only those with rules. */
function clearFaults(form: FormInstance, changed: object): void {
  const stale = form.getFieldsError().filter(({ name, errors }) => {
    return errors.length > 0 && holds(changed, name);
  });
  if (stale.length > 0) form.setFields(stale.map(({ name }) => ({ name, errors: [] })));
}

function FormProblem(props: { error: unknown; loose: ProblemField[] }) {
  const said = useWords(words);
  if (!props.error) return null;
  const problem = problemOf(props.error);
  if (problem.fields.length === 0) return <ErrorPanel problem={problem} />;
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      className="kit-error"
      title={said.fix_fields}
      description={
        props.loose.length > 0 ? (
          <ul>
            {props.loose.map((fault) => (
              <li key={fault.field}>
                <code>{fault.field}</code> {fill(said.expected, { expected: fault.expected })}
              </li>
            ))}
          </ul>
        ) : null
      }
    />
  );
}

/** The fields of a form; `id` ties it to a submit button elsewhere. */
function FormBody<V extends object>(props: FormBodyProps<V> & { id: string }) {
  const [own] = Form.useForm<V>();
  const form = props.form ?? own;
  const loose = useFaults(form, props.submit.error);
  return (
    <Form<V>
      id={props.id}
      form={form}
      layout="vertical"
      initialValues={props.initial}
      onFinish={(values) => props.submit.mutate(values)}
      onValuesChange={(changed, values) => {
        clearFaults(form, changed);
        props.onValues?.(values);
      }}
      requiredMark
      scrollToFirstError
    >
      <FormProblem error={props.submit.error} loose={loose} />
      {props.children}
    </Form>
  );
}

export interface FormDialogProps<V extends object> extends FormBodyProps<V> {
  open: boolean;
  title: string;
  submitText?: string;
  width?: number;
  onClose: () => void;
  /** More buttons, left of cancel. */
  extra?: ReactNode;
}

/** A dialog that is closing draws nothing anew but still hears keys and clicks: it sends nothing. */
function useSendingWhile<V>(open: boolean, submit: Submit<V>): Submit<V> {
  const is_open = useRef(open);
  useEffect(() => {
    is_open.current = open;
  }, [open]);
  return {
    ...submit,
    mutate: (values) => {
      if (is_open.current) submit.mutate(values);
    },
  };
}

/** A form in a dialog. What was typed stays until it is saved or closed. */
export function FormDialog<V extends object>(props: FormDialogProps<V>) {
  const { open, title, submitText, width, onClose, extra, ...body } = props;
  const said = useWords(words);
  const id = useId();
  const submit = useSendingWhile(open, body.submit);
  return (
    <Modal
      open={open}
      title={title}
      width={width ?? 560}
      onCancel={onClose}
      mask={{ closable: false }}
      destroyOnHidden
      footer={
        <Space>
          {extra}
          <Button onClick={onClose}>{said.cancel}</Button>
          <Button type="primary" htmlType="submit" form={id} loading={body.submit.isPending}>
            {submitText ?? said.save}
          </Button>
        </Space>
      }
    >
      <FormBody<V> {...body} submit={submit} id={id} />
    </Modal>
  );
}

export interface FormPageProps<V extends object> extends FormBodyProps<V> {
  submitText?: string;
  /** Why it may not be sent, or null. */
  refusal?: string | null;
  block?: boolean;
  extra?: ReactNode;
}

/** A form on a page. */
export function FormPage<V extends object>(props: FormPageProps<V>) {
  const { submitText, refusal, block, extra, ...body } = props;
  const said = useWords(words);
  const id = useId();
  return (
    <div className="kit-form">
      <FormBody<V> {...body} id={id} />
      <Space className={block ? "kit-form-block" : ""}>
        <Button
          type="primary"
          htmlType="submit"
          form={id}
          block={block}
          loading={body.submit.isPending}
          disabled={Boolean(refusal)}
          title={refusal ?? undefined}
        >
          {submitText ?? said.save}
        </Button>
        {extra}
      </Space>
    </div>
  );
}
