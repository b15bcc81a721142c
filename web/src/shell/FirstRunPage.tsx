import { Alert, Form, Input } from "antd";
import { Link, useNavigate } from "react-router";
import { useState } from "react";
import type { SessionView } from "../api/contract";
import { useChange, useOne } from "../api/hooks";
import { FormPage } from "../kit/Form";
import { useWords } from "../kit/language";
import { paths } from "../paths";
import { Door } from "./Door";
import { PasswordFields } from "./PasswordFields";
import { useTakeSession } from "./session";
import { words } from "./words";

interface FirstRunValues {
  token: string;
  name: string;
  display_name?: string;
  password: string;
  again: string;
}

/** The token of a link `…/first-run#token=…`; a fragment is never sent to a server or its logs. */
export function tokenOf(hash: string): string {
  return new URLSearchParams(hash.replace(/^#/, "")).get("token") ?? "";
}

/** Makes the first administrator of a fresh server. */
export default function FirstRunPage() {
  const said = useWords(words);
  const navigate = useNavigate();
  const take = useTakeSession();
  const [token] = useState(() => tokenOf(window.location.hash));
  const firstRun = useOne<{ needed: boolean }>("/first-run");
  const create = useChange<SessionView, FirstRunValues>(
    ({ again: _again, ...body }) => ({ method: "POST", path: "/first-run", body }),
    {
      onDone: (session) => {
        take(session);
        void navigate(paths.home(), { replace: true });
      },
    },
  );
  const required = [{ required: true, message: said.required }];
  if (firstRun.value?.needed === false && !create.isSuccess) {
    return (
      <Door title={said.first_run_done} about={null}>
        <Link to={paths.signIn()}>{said.sign_in}</Link>
      </Door>
    );
  }
  return (
    <Door title={said.first_run} about={said.first_run_about}>
      <FormPage<FirstRunValues>
        submit={create}
        initial={{ token }}
        submitText={said.first_run_create}
        block
      >
        <Form.Item
          name="token"
          label={said.first_run_token}
          extra={said.first_run_token_about}
          rules={required}
          hidden={token !== "" && !create.error?.fields.some((one) => one.field === "token")}
        >
          <Input autoComplete="off" spellCheck={false} />
        </Form.Item>
        <Form.Item name="name" label={said.name} extra={said.name_rule} rules={required}>
          <Input autoComplete="username" autoCapitalize="none" spellCheck={false} autoFocus />
        </Form.Item>
        <Form.Item name="display_name" label={said.display_name}>
          <Input autoComplete="name" />
        </Form.Item>
        <PasswordFields name="password" label={said.password} />
      </FormPage>
      {firstRun.problem ? <Alert type="error" title={firstRun.problem.view.title} /> : null}
    </Door>
  );
}
