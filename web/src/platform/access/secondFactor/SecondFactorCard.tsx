import { App, Button, Space } from "antd";
import { useState } from "react";
import type { RecoveryCodesView, SecondFactorView } from "../../../api/contractSignIn";
import { useChange, useOne } from "../../../api/hooks";
import { Card } from "../../../kit/Card";
import { ErrorPanel } from "../../../kit/ErrorPanel";
import { useWords } from "../../../kit/language";
import { StateTag } from "../../../kit/StateTag";
import { TimeAgo } from "../../../kit/TimeAgo";
import { EnrolDialog } from "./EnrolDialog";
import { PasswordDialog } from "./PasswordDialog";
import type { PasswordAgain } from "./PasswordDialog";
import { RecoveryCodes } from "./RecoveryCodes";
import { words } from "./words";

type Doing = "enrol" | "renew" | "remove" | null;

function RenewDialog(props: { onClose: () => void }) {
  const said = useWords(words);
  const renew = useChange<RecoveryCodesView, PasswordAgain>((body) => ({
    method: "POST",
    path: "/profile/totp/recovery-codes",
    body,
  }));
  if (renew.data) return <RecoveryCodes codes={renew.data.codes} onClose={props.onClose} />;
  return (
    <PasswordDialog
      title={said.renew}
      submitText={said.renew}
      submit={renew}
      onClose={props.onClose}
    >
      <p>{said.renew_what}</p>
    </PasswordDialog>
  );
}

function RemoveDialog(props: { onClose: () => void }) {
  const said = useWords(words);
  const { message } = App.useApp();
  const remove = useChange<null, PasswordAgain>(
    (body) => ({ method: "POST", path: "/profile/totp/remove", body }),
    {
      onDone: () => {
        void message.success(said.removed);
        props.onClose();
      },
    },
  );
  return (
    <PasswordDialog
      title={said.remove_title}
      submitText={said.remove}
      submit={remove}
      onClose={props.onClose}
    >
      <p>{said.remove_what}</p>
    </PasswordDialog>
  );
}

function Standing(props: { factor: SecondFactorView; onDo: (doing: Doing) => void }) {
  const { factor, onDo } = props;
  const said = useWords(words);
  if (!factor.enrolled_at) {
    return (
      <Space orientation="vertical">
        <span>
          <StateTag state="disabled" text={said.off} />
          {factor.required ? ` ${said.must}` : null}
        </span>
        <Button type="primary" onClick={() => onDo("enrol")}>
          {said.set_up}
        </Button>
      </Space>
    );
  }
  return (
    <Space orientation="vertical">
      <span>
        <StateTag state="ok" text={said.on} /> {said.since} <TimeAgo at={factor.enrolled_at} />
      </span>
      <span>
        {said.codes_left}: {factor.recovery_codes_left}
      </span>
      <Space>
        <Button onClick={() => onDo("renew")}>{said.renew}</Button>
        <Button danger onClick={() => onDo("remove")}>
          {said.remove}
        </Button>
      </Space>
    </Space>
  );
}

/** One's own second factor: whether it is asked for, and the means to change that. */
export function SecondFactorCard() {
  const said = useWords(words);
  const [doing, setDoing] = useState<Doing>(null);
  const factor = useOne<SecondFactorView>("/profile/totp");
  const close = () => setDoing(null);
  return (
    <Card title={said.title}>
      <p className="kit-quiet">{said.about}</p>
      <ErrorPanel problem={factor.problem} />
      {factor.value ? <Standing factor={factor.value} onDo={setDoing} /> : null}
      {doing === "enrol" ? <EnrolDialog onClose={close} /> : null}
      {doing === "renew" ? <RenewDialog onClose={close} /> : null}
      {doing === "remove" ? <RemoveDialog onClose={close} /> : null}
    </Card>
  );
}
