import { theme } from "antd";
import type { ThemeConfig } from "antd";
import { useCallback, useEffect, useSyncExternalStore } from "react";
import type { Theme } from "../api/contract";

export type Shade = "light" | "dark";

const FONT =
  'system-ui, -apple-system, "Segoe UI", "Noto Sans", "Noto Sans CJK SC", "PingFang SC", ' +
  '"Microsoft YaHei", sans-serif';

/** Colours of series, in the order they are given out; each is at least 3:1 on both grounds. */
export const SERIES_COLOURS: Record<Shade, string[]> = {
  light: ["#0f6b7c", "#b45309", "#5b4bc4", "#3f7d20", "#b8325f", "#4b5f6b", "#0369a1", "#8a6100"],
  dark: ["#5cc3cf", "#f0a858", "#a99bff", "#8fd16a", "#f58bb0", "#a9bcc7", "#6bb8f5", "#dcbf5a"],
};

const COMMON = { fontFamily: FONT, borderRadius: 6, wireframe: false, motionDurationMid: "0.12s" };

const LIGHT: ThemeConfig = {
  algorithm: theme.defaultAlgorithm,
  token: {
    ...COMMON,
    colorPrimary: "#0f6b7c",
    colorLink: "#0b6474",
    // The one that would be derived is lighter: too faint on grey.
    colorLinkHover: "#084c58",
    colorSuccess: "#2f7d32",
    colorWarning: "#a65a00",
    colorError: "#c02636",
    colorInfo: "#0f6b7c",
    // What is derived from so dark a colour is grey.
    colorPrimaryBg: "#e0eff1",
    colorPrimaryBgHover: "#cfe5e8",
    colorInfoBg: "#e8f4f6",
    colorInfoBorder: "#a9d3da",
    colorSuccessBg: "#eaf6ea",
    colorSuccessBorder: "#a5d6a7",
    colorWarningBg: "#fff5e5",
    colorWarningBorder: "#f2cd94",
    controlItemBgActive: "#e0eff1",
    controlItemBgActiveHover: "#cfe5e8",
    colorBgLayout: "#f3f5f6",
    colorTextBase: "#18252c",
    colorTextDescription: "#55646c",
    colorTextPlaceholder: "#66757d",
    colorBorderSecondary: "#e3e8ea",
  },
  components: {
    Menu: { itemSelectedBg: "#e0eff1", itemSelectedColor: "#0b5866" },
  },
};

const DARK: ThemeConfig = {
  algorithm: theme.darkAlgorithm,
  token: {
    ...COMMON,
    colorPrimary: "#2b93a3",
    colorLink: "#6ccad6",
    colorLinkHover: "#9adfe7",
    colorSuccess: "#6cc070",
    colorWarning: "#f0a858",
    colorError: "#ff7b86",
    colorInfo: "#5cc3cf",
    colorBgBase: "#11181c",
    colorBgLayout: "#0c1215",
    colorTextBase: "#e6edf0",
    colorTextDescription: "#a3b3bb",
    colorTextPlaceholder: "#8b9ba3",
    colorBgContainer: "#151d22",
    colorBgElevated: "#1c262c",
    colorBorder: "#40515a",
    colorBorderSecondary: "#2a373e",
    colorTextHeading: "#e6edf0",
  },
  components: {
    Menu: { itemSelectedBg: "#17333a", itemSelectedColor: "#7fd3de" },
    Slider: { handleColor: "#6ccad6", handleActiveColor: "#9adfe7", trackBg: "#2b93a3" },
    Tabs: { itemSelectedColor: "#6ccad6", itemActiveColor: "#6ccad6", itemHoverColor: "#9adfe7" },
    Table: { headerBg: "#1a2429", rowHoverBg: "#1c272d", rowExpandedBg: "#11191d" },
  },
};

/** The tokens of a shade for antd; `still`: nothing slides or fades. */
export function themeOf(shade: Shade, still: boolean): ThemeConfig {
  const look = shade === "dark" ? DARK : LIGHT;
  return { ...look, token: { ...look.token, motion: !still }, cssVar: { key: "ms" } };
}

const DARK_WANTED = "(prefers-color-scheme: dark)";
const STILL_WANTED = "(prefers-reduced-motion: reduce)";

/** Whether the machine's owner wants that, also when they change their mind. */
function useWanted(query: string): boolean {
  const subscribe = useCallback(
    (changed: () => void) => {
      const wanted = window.matchMedia(query);
      wanted.addEventListener("change", changed);
      return () => wanted.removeEventListener("change", changed);
    },
    [query],
  );
  return useSyncExternalStore(subscribe, () => window.matchMedia(query).matches);
}

/** Whether nothing should move: people whom movement makes ill say so to their machine. */
export function useStill(): boolean {
  return useWanted(STILL_WANTED);
}

/** The shade to draw in; `system` follows the machine. Also marks the document for style sheets. */
export function useShade(wanted: Theme): Shade {
  const system: Shade = useWanted(DARK_WANTED) ? "dark" : "light";
  const shade: Shade = wanted === "system" ? system : wanted;
  // Style sheets read the shade from the document, which is outside of React's tree.
  useEffect(() => {
    document.documentElement.dataset.shade = shade;
  }, [shade]);
  return shade;
}
