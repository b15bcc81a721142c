import { useMutation } from "@tanstack/react-query";
import { Alert, Button, Form, Skeleton } from "antd";
import { useState } from "react";
import { ask } from "../../api/client";
import type { CheckProtocolView, CheckTrialView, CheckView } from "../../api/contract";
import { useChange, useItems } from "../../api/hooks";
import type { Problem } from "../../api/problem";
import { FormDialog } from "../../kit/Form";
import { useWords } from "../../kit/language";
import { fill } from "../../kit/say";
import { defaultsOf, filledOf } from "../../kit/SchemaForm";
import { useCan } from "../../shell/can";
import { CheckFields } from "./CheckFields";
import type { CheckValues } from "./CheckFields";
import { TrialAnswer } from "./TrialAnswer";
import { words } from "./words";
import "./probe.css";

const TIMING = { interval_s: 60, retry_interval_s: 15, timeout_s: 10, attempts_max: 3 };

export interface CheckDialogProps {
  /** The check to change; null makes a new one. */
  check: CheckView | null;
  /** On what a new check is, when that is known. */
  resource: { id: string; name: string } | null;
  onClose: () => void;
  onDone: (check: CheckView) => void;
}

function initialOf(props: CheckDialogProps, first: CheckProtocolView | undefined) {
  const { check, resource } = props;
  if (check) return check;
  return {
    ...TIMING,
    ...(resource ? { resource_id: resource.id } : {}),
    protocol: first?.name ?? "",
    spec: first ? defaultsOf(first.schema) : {},
    enabled: true,
  };
}

/** Saves the form, and takes over a newer version on top of which it can be saved. */
function useSave(props: CheckDialogProps) {
  const { check, onDone } = props;
  const [version, setVersion] = useState(check?.version);
  const save = useChange<CheckView, CheckValues>(
    ({ spec, resource_id, protocol, ...rest }) => {
      const body = { ...rest, spec: filledOf(spec ?? {}) };
      return check
        ? { method: "PATCH", path: `/checks/${check.id}`, version, body }
        : { method: "POST", path: "/checks", body: { ...body, resource_id, protocol } };
    },
    { touches: ["check-states", "journal"], onDone },
  );
  const newest = useMutation<CheckView, Problem>({
    mutationFn: () => ask<CheckView>({ method: "GET", path: `/checks/${check?.id ?? ""}` }),
    onSuccess: (fresh) => {
      save.reset();
      setVersion(fresh.version);
    },
  });
  return { save, newest };
}

function CheckForm(props: CheckDialogProps & { protocols: CheckProtocolView[] }) {
  const { check, protocols, onClose } = props;
  const said = useWords(words);
  const refusal = useCan()("check.run");
  const [form] = Form.useForm<CheckValues>();
  const first = protocols.find((one) => one.name === "http") ?? protocols[0];
  const [protocol, setProtocol] = useState(check?.protocol ?? first?.name ?? "");
  const [initial] = useState(() => initialOf(props, first));
  const { save, newest } = useSave(props);
  const trial = useChange<CheckTrialView, CheckValues>((values) => ({
    method: "POST",
    path: "/check-trials",
    body: {
      protocol,
      spec: filledOf(values.spec ?? {}),
      ...(values.timeout_s ? { timeout_s: values.timeout_s } : {}),
    },
  }));
  const follow = (values: CheckValues) => {
    if (values.protocol === protocol) return;
    const chosen = protocols.find((one) => one.name === values.protocol);
    setProtocol(values.protocol);
    trial.reset();
    form.setFieldsValue({ spec: chosen ? defaultsOf(chosen.schema) : {} });
  };
  const known = check ? { id: check.resource_id, name: check.resource_name } : props.resource;
  return (
    <FormDialog<CheckValues>
      open
      title={check ? fill(said.edit_title, { name: check.name }) : said.new_check}
      submit={save}
      {...(check ? {} : { submitText: said.create })}
      width={640}
      form={form}
      initial={initial}
      onClose={onClose}
      onValues={follow}
      extra={
        <Button
          loading={trial.isPending}
          disabled={refusal !== null}
          title={refusal ?? undefined}
          onClick={() => trial.mutate(form.getFieldsValue(true))}
        >
          {said.try_it}
        </Button>
      }
    >
      {save.error?.status === 412 ? (
        <Alert
          type="warning"
          showIcon
          className="kit-error"
          title={said.stale}
          description={said.stale_about}
          action={<Button onClick={() => newest.mutate()}>{said.take_newest}</Button>}
        />
      ) : null}
      <CheckFields resource={known} protocols={protocols} protocol={protocol} free={!check} />
      <TrialAnswer answer={trial.data} problem={trial.error} />
    </FormDialog>
  );
}

/** Makes or changes a check; it can be tried before it is saved. */
export function CheckDialog(props: CheckDialogProps) {
  const protocols = useItems<CheckProtocolView>("/check-protocols");
  if (protocols.items.length === 0) return <Skeleton active />;
  return <CheckForm {...props} protocols={protocols.items} />;
}
