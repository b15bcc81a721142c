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
import { PasskeySignIn } from "./PasskeySignIn";
import { ProviderSignIn } from "./ProviderSignIn";
import { SecondStep } from "./SecondStep";
import { useTakeSession } from "./session";
import { safeBack } from "./wayBack";
import { words } from "./words";
import { WriteIn } from "./WriteIn";

interface SignInValues {
  name: string;
  password: string;
}

/** Signs a person in and leads to where they wanted to go. */
export default function SignInPage() {
  const said = useWords(words);
  const navigate = useNavigate();
  const [search] = useSearchParams();
  const take = useTakeSession();
  const firstRun = useOne<{ needed: boolean }>("/first-run");
  const [step, setStep] = useState<SecondStepView | null>(null);
  const enter = (session: SessionView) => {
    take(session);
    void navigate(safeBack(search.get("back")), { replace: true });
  };
  const signIn = useChange<SessionView | SecondStepView, SignInValues>(
    (body) => ({ method: "POST", path: "/session", body }),
    {
      onDone: (answer) => {
        if ("reference" in answer) setStep(answer);
        else enter(answer);
      },
    },
  );
  if (firstRun.value?.needed) return <Navigate to={paths.firstRun()} replace />;
  if (step !== null) {
    return <SecondStep step={step} onDone={enter} onBack={() => setStep(null)} />;
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
      <PasskeySignIn onDone={enter} />
      <ProviderSignIn back={search.get("back")} />
      <WriteIn />
    </Door>
  );
}
