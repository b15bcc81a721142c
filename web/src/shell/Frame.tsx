import { MenuFoldOutlined, MenuOutlined, MenuUnfoldOutlined } from "@ant-design/icons";
import { Button, Drawer, Layout, Tooltip } from "antd";
import type { ReactNode } from "react";
import { lazy, Suspense, useState } from "react";
import { Link } from "react-router";
import { useLive } from "../api/live";
import { useWords } from "../kit/language";
import { paths } from "../paths";
import { EmergencyBanner } from "../platform/access/oversight/EmergencyBanner";
import { Allowed } from "./Allowed";
import { useCan } from "./can";
import { Search } from "./Search";
import { SideMenu } from "./SideMenu";
import { useFocusBack } from "./useFocusBack";
import { UserMenu } from "./UserMenu";
import { words } from "./words";

const Bell = lazy(() => import("../platform/notify/Bell"));

const FOLDED_KEY = "mainstay.folded";
const WIDTH_PX = 220;
const FOLDED_PX = 60;

function Brand(props: { folded: boolean }) {
  const said = useWords(words);
  return (
    <Link to={paths.home()} className="shell-brand" aria-label={said.product}>
      <img src="/mark.svg" alt="" width={28} height={28} />
      {props.folded ? null : <span>{said.product}</span>}
    </Link>
  );
}

function LiveSign() {
  const said = useWords(words);
  const state = useLive(useCan()("journal.read") === null);
  if (state === "connecting" || state === "off") return null;
  const text = state === "open" ? said.live : said.live_lost;
  return (
    <Tooltip title={text}>
      <span className={`shell-live shell-live-${state}`} role="status" aria-label={text}>
        <i aria-hidden />
        <span className="shell-live-word">{state === "open" ? said.live : "…"}</span>
      </span>
    </Tooltip>
  );
}

/** The frame of every page: navigation at the left, search and the person at the top. */
export default function Frame(props: { children: ReactNode }) {
  const said = useWords(words);
  const [folded, setFolded] = useState(() => localStorage.getItem(FOLDED_KEY) === "yes");
  const [drawer, setDrawer] = useState(false);
  useFocusBack();
  const fold = () => {
    localStorage.setItem(FOLDED_KEY, folded ? "no" : "yes");
    setFolded(!folded);
  };
  const word = folded ? said.unfold : said.fold;
  return (
    <Layout className="shell-frame">
      <a className="shell-skip" href="#content">
        {said.skip}
      </a>
      <nav
        className="shell-side"
        aria-label={said.navigation}
        style={{ width: folded ? FOLDED_PX : WIDTH_PX }}
      >
        <Brand folded={folded} />
        <SideMenu folded={folded} />
        <Button
          type="text"
          className="shell-fold"
          icon={folded ? <MenuUnfoldOutlined /> : <MenuFoldOutlined />}
          aria-label={word}
          title={word}
          onClick={fold}
        />
      </nav>
      <Drawer
        open={drawer}
        placement="left"
        size={WIDTH_PX + 40}
        title={<Brand folded={false} />}
        onClose={() => setDrawer(false)}
        styles={{ body: { padding: 0 } }}
      >
        <SideMenu folded={false} onChosen={() => setDrawer(false)} />
      </Drawer>
      <div className="shell-main">
        <header className="shell-top">
          <Button
            type="text"
            className="shell-burger"
            icon={<MenuOutlined />}
            aria-label={said.menu}
            onClick={() => setDrawer(true)}
          />
          <Search />
          <span className="shell-top-gap" />
          <LiveSign />
          <Suspense fallback={null}>
            <Bell />
          </Suspense>
          <UserMenu />
        </header>
        <EmergencyBanner />
        <main id="content" className="shell-content" tabIndex={-1}>
          <Allowed>{props.children}</Allowed>
        </main>
      </div>
    </Layout>
  );
}
