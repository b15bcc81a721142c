import { BulbOutlined, GlobalOutlined } from "@ant-design/icons";
import { Button, Dropdown } from "antd";
import type { Theme } from "../api/contract";
import { useWords } from "../kit/language";
import { usePreferences } from "./preferences";
import { words } from "./words";

const THEMES: Theme[] = ["light", "dark", "system"];

/** The switches of language and theme; `onChange` keeps the choice on the server. */
export function LookSwitches(props: {
  onLanguage?: (language: "en" | "zh") => void;
  onTheme?: (theme: Theme) => void;
}) {
  const said = useWords(words);
  const { language, theme, setLanguage, setTheme } = usePreferences();
  const names = { light: said.theme_light, dark: said.theme_dark, system: said.theme_system };
  const swapLanguage = () => {
    const next = language === "en" ? "zh" : "en";
    setLanguage(next);
    props.onLanguage?.(next);
  };
  const chooseTheme = (key: string) => {
    const next = THEMES.find((one) => one === key);
    if (!next) return;
    setTheme(next);
    props.onTheme?.(next);
  };
  return (
    <>
      <Button type="text" icon={<GlobalOutlined />} onClick={swapLanguage}>
        {said.other_language}
      </Button>
      <Dropdown
        autoFocus
        trigger={["click"]}
        menu={{
          items: THEMES.map((key) => ({ key, label: names[key] })),
          selectable: true,
          selectedKeys: [theme],
          onClick: ({ key }) => chooseTheme(key),
        }}
      >
        <Button type="text" icon={<BulbOutlined />} aria-label={said.theme} title={said.theme} />
      </Dropdown>
    </>
  );
}
