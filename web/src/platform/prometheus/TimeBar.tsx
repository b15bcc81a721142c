import {
  LeftOutlined,
  LinkOutlined,
  RightOutlined,
  ZoomInOutlined,
  ZoomOutOutlined,
} from "@ant-design/icons";
import { App, Button, DatePicker, Select, Space } from "antd";
import dayjs from "dayjs";
import { useWords } from "../../kit/language";
import { EVERY_S, moved, RANGE_S } from "./exploreState";
import type { Explore } from "./exploreState";
import { SpanInput } from "./SpanInput";
import { words } from "./words";

const RANGES_S = [300, 900, 3600, 10_800, 21_600, 43_200, 86_400, 604_800, 2_592_000];
const STEPS_S = [5, 15, 60, 300, 3600];

/** How often it is asked again. */
function EveryPicker(props: { value: number; onChange: (every_s: number) => void }) {
  const said = useWords(words);
  const names = [said.every_0, said.every_5, said.every_15, said.every_60, said.every_300];
  return (
    <Select
      aria-label={said.every}
      className="explore-every"
      prefix={<span className="kit-quiet">{said.every}</span>}
      value={props.value}
      options={EVERY_S.map((value, at) => ({ value, label: names[at] ?? String(value) }))}
      onChange={props.onChange}
    />
  );
}

/** Puts the address, which says all that is shown, where it can be pasted from. */
function CopyLink() {
  const said = useWords(words);
  const { message } = App.useApp();
  const copy = () => {
    // Without TLS a browser has no clipboard: that it is not there is a refusal like any other.
    const copied = Promise.resolve().then(() =>
      navigator.clipboard.writeText(window.location.href),
    );
    copied.then(
      () => message.success(said.link_copied),
      () => message.warning(said.link_kept),
    );
  };
  return (
    <Button icon={<LinkOutlined />} onClick={copy}>
      {said.copy_link}
    </Button>
  );
}

/** From when to when is looked at, in which steps, and how often again. */
export function TimeBar(props: { explore: Explore; onChange: (explore: Explore) => void }) {
  const { explore, onChange } = props;
  const said = useWords(words);
  const move = (by: Parameters<typeof moved>[1]) => onChange(moved(explore, by, Date.now()));
  return (
    <search className="kit-filters explore-times">
      <SpanInput
        label={said.range}
        value={explore.range_s}
        offered={RANGES_S}
        onChange={(range_s) => onChange({ ...explore, range_s: range_s ?? RANGE_S })}
      />
      <Space.Compact>
        <Button
          icon={<LeftOutlined />}
          aria-label={said.earlier}
          title={said.earlier}
          onClick={() => move("back")}
        />
        <DatePicker
          showTime
          // What must be confirmed lets nobody out again who moves by the keys.
          needConfirm={false}
          aria-label={said.end}
          placeholder={`${said.end}: ${said.now}`}
          value={explore.end ? dayjs(explore.end) : null}
          onChange={(end) => onChange({ ...explore, end: end?.toISOString() ?? "" })}
        />
        <Button
          icon={<RightOutlined />}
          aria-label={said.later}
          title={said.later}
          disabled={explore.end === ""}
          onClick={() => move("on")}
        />
        <Button
          icon={<ZoomInOutlined />}
          aria-label={said.zoom_in}
          title={said.zoom_in}
          onClick={() => move("in")}
        />
        <Button
          icon={<ZoomOutOutlined />}
          aria-label={said.zoom_out}
          title={said.zoom_out}
          onClick={() => move("out")}
        />
      </Space.Compact>
      <SpanInput
        label={said.step}
        value={explore.step_s}
        offered={STEPS_S}
        empty={said.step_auto}
        onChange={(step_s) => onChange({ ...explore, step_s })}
      />
      <EveryPicker
        value={explore.every_s}
        onChange={(every_s) => onChange({ ...explore, every_s })}
      />
      <CopyLink />
    </search>
  );
}
