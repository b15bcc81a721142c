import { App as AntApp, ConfigProvider } from "antd";
import enGB from "antd/locale/en_GB";
import zhCN from "antd/locale/zh_CN";
import dayjs from "dayjs";
import "dayjs/locale/en-gb";
import "dayjs/locale/zh-cn";
import type { ReactNode } from "react";
import { useEffect, useMemo } from "react";
import { LanguageContext } from "../kit/language";
import { nonceOfPage } from "../kit/nonce";
import { ShadeContext } from "../kit/ShadeContext";
import { themeOf, useShade, useStill } from "../kit/theme";
import { usePreferences } from "./preferences";

const BUTTON = { autoInsertSpace: false };

/** Language and theme for everything below. */
export function Look(props: { children: ReactNode }) {
  const { language, theme } = usePreferences();
  const shade = useShade(theme);
  const still = useStill();
  const look = useMemo(() => themeOf(shade, still), [shade, still]);
  const csp = useMemo(() => ({ nonce: nonceOfPage() }), []);
  // The language of the document and of the date picker lie outside of React's tree.
  useEffect(() => {
    document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
    dayjs.locale(language === "zh" ? "zh-cn" : "en-gb");
  }, [language]);
  return (
    <LanguageContext value={language}>
      <ShadeContext value={shade}>
        <ConfigProvider
          theme={look}
          csp={csp}
          locale={language === "zh" ? zhCN : enGB}
          button={BUTTON}
        >
          <AntApp className="shell-app">{props.children}</AntApp>
        </ConfigProvider>
      </ShadeContext>
    </LanguageContext>
  );
}
