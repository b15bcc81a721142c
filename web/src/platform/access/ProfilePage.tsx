import { App, Form, Input, Select } from "antd";
import type { Language, Theme, UserView } from "../../api/contract";
import { useChange } from "../../api/hooks";
import { Card } from "../../kit/Card";
import { FormPage } from "../../kit/Form";
import { useWords } from "../../kit/language";
import { PageHeader } from "../../kit/PageHeader";
import { useCan } from "../../shell/can";
import { PasswordFields } from "../../shell/PasswordFields";
import { usePreferences } from "../../shell/preferences";
import { useRoleList } from "../../shell/roles";
import { useSession } from "../../shell/session";
import { PreferenceCard } from "../notify/PreferenceCard";
import { RightsCard } from "./grants/RightsCard";
import { words as grantWords } from "./grants/words";
import { MySealed } from "./oversight/EmergenciesPage";
import { PasskeysCard } from "./passkeys/PasskeysCard";
import { IdentitiesCard } from "./providers/IdentitiesCard";
import { SecondFactorCard } from "./secondFactor/SecondFactorCard";
import { SessionsCard } from "./SessionsCard";
import { words } from "./words";
import "./access.css";

interface Profile {
  display_name: string;
  language: Language;
  theme: Theme;
}

interface PasswordChange {
  current: string;
  new: string;
  again?: string;
}

function MeCard() {
  const said = useWords(words);
  const { user } = useSession();
  const { message } = App.useApp();
  const preferences = usePreferences();
  const refusal = useCan()("profile.change");
  const save = useChange<UserView, Profile>(
    (body) => ({ method: "PATCH", path: "/profile", body, version: user.version }),
    { touches: ["session", "users"], onDone: () => void message.success(said.saved) },
  );
  const languages = [
    { value: "zh", label: "中文" },
    { value: "en", label: "English" },
  ];
  const themes = [
    { value: "light", label: said.light },
    { value: "dark", label: said.dark },
    { value: "system", label: said.system },
  ];
  return (
    <Card title={said.me}>
      <FormPage<Profile>
        key={`${preferences.language} ${preferences.theme}`}
        submit={save}
        refusal={refusal}
        initial={{
          display_name: user.display_name,
          language: preferences.language,
          theme: preferences.theme,
        }}
      >
        <Form.Item label={said.name} htmlFor="profile-name">
          <Input id="profile-name" value={user.name} readOnly disabled />
        </Form.Item>
        <Form.Item name="display_name" label={said.display_name}>
          <Input autoComplete="name" />
        </Form.Item>
        <Form.Item name="language" label={said.language}>
          <Select options={languages} />
        </Form.Item>
        <Form.Item name="theme" label={said.theme}>
          <Select options={themes} />
        </Form.Item>
      </FormPage>
    </Card>
  );
}

function PasswordCard() {
  const said = useWords(words);
  const { message } = App.useApp();
  const refusal = useCan()("profile.change");
  const [form] = Form.useForm<PasswordChange>();
  const change = useChange<null, PasswordChange>(
    ({ again: _again, ...body }) => ({ method: "POST", path: "/profile/password", body }),
    {
      touches: ["sessions"],
      onDone: () => {
        form.resetFields();
        void message.success(said.password_changed);
      },
    },
  );
  return (
    <Card title={said.change_password}>
      <FormPage<PasswordChange>
        form={form}
        submit={change}
        submitText={said.change_password}
        refusal={refusal}
      >
        <Form.Item
          name="current"
          label={said.password_current}
          rules={[{ required: true, message: said.required }]}
        >
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        <PasswordFields name="new" label={said.password_new} />
      </FormPage>
    </Card>
  );
}

/** What a person may change about themselves: name, look, password, sessions. */
export default function ProfilePage() {
  const said = useWords(words);
  const granted = useWords(grantWords);
  const roles = useRoleList();
  const { user } = useSession();
  return (
    <>
      <PageHeader title={said.profile} about={`${user.name} · ${roles(user.roles)}`} />
      <div className="kit-grid access-profile">
        <MeCard />
        <PasswordCard />
        <SecondFactorCard />
        <PreferenceCard />
      </div>
      <div className="access-column">
        <PasskeysCard />
        <IdentitiesCard own path="/profile/identities" refusal={null} />
        <MySealed />
        <SessionsCard />
        <RightsCard path="/profile/access" title={granted.my_rights} mine />
      </div>
    </>
  );
}
