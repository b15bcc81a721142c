import { LogoutOutlined, UserOutlined } from "@ant-design/icons";
import { Button, Dropdown } from "antd";
import { useNavigate } from "react-router";
import type { Language, Theme, UserView } from "../api/contract";
import type { SignedOutView } from "../api/contractProviders";
import { useChange } from "../api/hooks";
import { useWords } from "../kit/language";
import { paths } from "../paths";
import { LookSwitches } from "./LookSwitches";
import { useRoleList } from "./roles";
import { useSession, useTakeSession } from "./session";
import { words } from "./words";

/**
 * Ends the session and shows the sign-in page, even when the server does not answer; or leads to
 * the provider that let the person in, to sign out there too.
 */
export function useSignOut(): () => void {
  const take = useTakeSession();
  const navigate = useNavigate();
  const signOut = useChange<SignedOutView | null>(() => ({ method: "DELETE", path: "/session" }));
  return () => {
    signOut.mutate(undefined, {
      onSettled: (signedOut) => {
        take(null);
        if (signedOut) window.location.assign(signedOut.url);
        else void navigate(paths.signIn(), { replace: true });
      },
    });
  };
}

/** Language, theme, and what the person may do about themselves. */
export function UserMenu() {
  const said = useWords(words);
  const { user } = useSession();
  const navigate = useNavigate();
  const signOut = useSignOut();
  const keep = useChange<UserView, { language?: Language; theme?: Theme }>(
    (body) => ({ method: "PATCH", path: "/profile", body, version: user.version }),
    { touches: ["session"] },
  );
  const name = user.display_name || user.name;
  const role = useRoleList()(user.roles);
  return (
    <>
      <LookSwitches
        onLanguage={(language) => keep.mutate({ language })}
        onTheme={(theme) => keep.mutate({ theme })}
      />
      <Dropdown
        autoFocus
        trigger={["click"]}
        menu={{
          items: [
            { key: "who", label: `${user.name} · ${role}`, disabled: true },
            { type: "divider" },
            { key: "profile", icon: <UserOutlined />, label: said.profile },
            { key: "out", icon: <LogoutOutlined />, label: said.sign_out },
          ],
          onClick: ({ key }) => {
            if (key === "profile") void navigate(paths.profile());
            if (key === "out") signOut();
          },
        }}
      >
        <Button type="text" icon={<UserOutlined />} className="shell-user" aria-label={name}>
          <span className="shell-user-name">{name}</span>
        </Button>
      </Dropdown>
    </>
  );
}
