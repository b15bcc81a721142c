import { Form, Input } from "antd";
import { useState } from "react";
import { Navigate, useNavigate, useSearchParams } from "react-router";
import type { SessionView } from "../api/contract";
import type { SecondStepView } from "../api/contractSignIn";
import { useChange, useOne } from "../api/hooks";
import { FormPage } from "../kit/Form";
import { useWords } from "../kit/language";
import { paths } from "../paths";
import { Door } from "./Door";
import { SecondStep } from "./SecondStep";
import { useTakeSession } from "./session";
import { words } from "./words";

interface SignInValues {
  name: string;
  password: string;
}

/** Only addresses of this site are gone back to: `//host` and `/\host` would leave it. */
export function safeBack(back: string | null): string {
  return back && /^\/(?![/\\])/.test(back) ? back : paths.home();
}

/** Signs a person in and leads to where they wanted to go. */
export default function SignInPage() {
  const said = useWords(words);
  const navigate = useNavigate();
  const [search] = useSearchParams();
  const take = useTakeSession();
  const firstRun = useOne<{ needed: boolean }>("/first-run");
  const [reference, setReference] = useState<string | null>(null);
  const enter = (session: SessionView) => {
    take(session);
    void navigate(safeBack(search.get("back")), { replace: true });
  };
  const signIn = useChange<SessionView | SecondStepView, SignInValues>(
    (body) => ({ method: "POST", path: "/session", body }),
    {
      onDone: (answer) => {
        if ("reference" in answer) setReference(answer.reference);
        else enter(answer);
      },
    },
  );
  if (firstRun.value?.needed) return <Navigate to={paths.firstRun()} replace />;
  if (reference !== null) {
    return (
      <SecondStep reference={reference} onDone={enter} onBack={() => setReference(null)} />
    );
  }
  const required = [{ required: true, message: said.required }];
  return (
    <Door title={said.sign_in} about={said.sign_in_about}>
      <FormPage<SignInValues> submit={signIn} submitText={said.sign_in} block>
        <Form.Item name="name" label={said.name} rules={required}>
          <Input autoComplete="username" autoCapitalize="none" spellCheck={false} autoFocus />
        </Form.Item>
        <Form.Item name="password" label={said.password} rules={required}>
          <Input.Password autoComplete="current-password" />
        </Form.Item>
      </FormPage>
    </Door>
  );
}
