import { SearchOutlined } from "@ant-design/icons";
import { Button, Modal } from "antd";
import { useEffect, useState } from "react";
import { useWords } from "../kit/language";
import { SearchPalette } from "./SearchPalette";
import { words } from "./words";

/** The search button; Ctrl-K (or ⌘K) opens the palette anywhere. */
export function Search() {
  const said = useWords(words);
  const [open, setOpen] = useState(false);
  // The key is listened to on the whole window, outside of React's tree.
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      setOpen(true);
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, []);
  return (
    <>
      <Button
        className="shell-search"
        icon={<SearchOutlined />}
        aria-keyshortcuts="Control+K"
        onClick={() => setOpen(true)}
      >
        <span className="shell-search-word">{said.search}</span>
        <kbd aria-hidden>Ctrl K</kbd>
      </Button>
      <Modal
        open={open}
        footer={null}
        closable={false}
        width={640}
        style={{ top: 72 }}
        onCancel={() => setOpen(false)}
        destroyOnHidden
        title={said.search}
        className="shell-search-dialog"
        styles={{ container: { padding: 0 } }}
      >
        <SearchPalette onDone={() => setOpen(false)} />
      </Modal>
    </>
  );
}
