import { SearchOutlined } from "@ant-design/icons";
import { Input } from "antd";
import { useEffect, useRef, useState } from "react";

const PAUSE_MS = 300;

/** A search field that reports what is sought once typing has paused, or at once on Enter. */
export function SearchBox(props: {
  label: string;
  value: string;
  onSearch: (sought: string) => void;
}) {
  const { value, onSearch } = props;
  const [typed, setTyped] = useState(value);
  const timer = useRef<number | undefined>(undefined);
  const [shown, setShown] = useState(value);
  if (shown !== value) {
    // The view changed from outside (back button, "clear filters"): show what it says.
    setShown(value);
    setTyped(value);
  }
  // A pending report must not fire on a page that is gone.
  useEffect(() => () => window.clearTimeout(timer.current), []);
  const report = () => {
    window.clearTimeout(timer.current);
    timer.current = undefined;
    onSearch(typed.trim());
  };
  return (
    <Input
      type="search"
      allowClear
      prefix={<SearchOutlined aria-hidden />}
      aria-label={props.label}
      placeholder={props.label}
      value={typed}
      style={{ width: 260 }}
      // Whoever leaves the field has done typing: a report that came later would call them back
      // from the page they have gone to.
      onBlur={() => {
        if (timer.current !== undefined) report();
      }}
      // In a form Enter would send what is not filled in yet: whoever seeks is not done with it.
      onPressEnter={(event) => {
        event.preventDefault();
        report();
      }}
      onChange={(event) => {
        const sought = event.target.value;
        setTyped(sought);
        window.clearTimeout(timer.current);
        timer.current = window.setTimeout(() => {
          timer.current = undefined;
          onSearch(sought.trim());
        }, PAUSE_MS);
      }}
    />
  );
}
