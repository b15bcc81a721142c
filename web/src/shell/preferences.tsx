import { createContext, use, useCallback, useMemo, useState } from "react";
import type { ReactNode } from "react";
import { setRequestLanguage } from "../api/client";
import type { Language, Theme } from "../api/contract";
import { languageOf } from "../kit/say";

export interface Preferences {
  language: Language;
  theme: Theme;
  setLanguage: (language: Language) => void;
  setTheme: (theme: Theme) => void;
}

const LANGUAGE_KEY = "mainstay.language";
const THEME_KEY = "mainstay.theme";

function storedLanguage(): Language {
  const stored = localStorage.getItem(LANGUAGE_KEY);
  return stored === "en" || stored === "zh" ? stored : languageOf(navigator.languages);
}

function storedTheme(): Theme {
  const stored = localStorage.getItem(THEME_KEY);
  return stored === "light" || stored === "dark" ? stored : "system";
}

const PreferencesContext = createContext<Preferences | null>(null);

/** Keeps language and theme in the browser, so that they hold before sign-in too. */
export function PreferencesProvider(props: { children: ReactNode }) {
  const [language, showLanguage] = useState<Language>(() => {
    const first = storedLanguage();
    setRequestLanguage(first);
    return first;
  });
  const [theme, showTheme] = useState<Theme>(storedTheme);

  const setLanguage = useCallback((next: Language) => {
    localStorage.setItem(LANGUAGE_KEY, next);
    setRequestLanguage(next);
    showLanguage(next);
  }, []);
  const setTheme = useCallback((next: Theme) => {
    localStorage.setItem(THEME_KEY, next);
    showTheme(next);
  }, []);

  const value = useMemo(
    () => ({ language, theme, setLanguage, setTheme }),
    [language, theme, setLanguage, setTheme],
  );
  return <PreferencesContext value={value}>{props.children}</PreferencesContext>;
}

/** The viewer's language and theme. */
export function usePreferences(): Preferences {
  const value = use(PreferencesContext);
  if (!value) throw new Error("usePreferences outside of PreferencesProvider");
  return value;
}
