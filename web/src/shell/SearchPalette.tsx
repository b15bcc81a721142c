import { SearchOutlined } from "@ant-design/icons";
import { Input } from "antd";
import type { KeyboardEvent, ReactNode } from "react";
import { useDeferredValue, useId, useState } from "react";
import { useNavigate } from "react-router";
import type { HitType, SearchHit } from "../api/contract";
import { useItems } from "../api/hooks";
import { ErrorPanel } from "../kit/ErrorPanel";
import { useText, useWords } from "../kit/language";
import { fill } from "../kit/say";
import { pathOf, paths } from "../paths";
import { useMayOpen } from "./can";
import { actionIcon, personal, wings } from "./navigation";
import { usePreferences } from "./preferences";
import { useSignOut } from "./UserMenu";
import { words } from "./words";

interface Choice {
  key: string;
  group: string;
  title: string;
  subtitle: string;
  icon: ReactNode;
  run: () => void;
}

const HIT_WORDS = {
  resource: "hit_resource",
  check: "hit_check",
  alert: "hit_alert",
  rule: "hit_rule",
  user: "hit_user",
  job: "hit_job",
  person: "hit_person",
  unit: "hit_unit",
  post: "hit_post",
  site: "hit_site",
  ticket: "hit_ticket",
  article: "hit_article",
} as const satisfies Record<HitType, keyof typeof words>;

/** Where a hit leads: what has no page of its own is looked for in its list. */
function addressOf({ type, id, title }: SearchHit): string {
  const q = title.zh || title.en;
  if (type === "post") return paths.posts({ q });
  if (type === "site") return paths.places({ tab: "sites", q });
  return pathOf({ kind: type, id }) ?? paths.home();
}

/** Pages and actions whose name, in either language, holds what is sought. */
function useOwnChoices(sought: string): Choice[] {
  const said = useWords(words);
  const mayOpen = useMayOpen();
  const navigate = useNavigate();
  const signOut = useSignOut();
  const { language, theme, setLanguage, setTheme } = usePreferences();
  const holds = (word: keyof typeof words) =>
    `${words[word].en} ${words[word].zh}`.toLowerCase().includes(sought.toLowerCase());
  const entries = [...wings.flatMap((wing) => wing.entries), ...personal];
  const pages = entries
    .filter((entry) => mayOpen(entry) === null && holds(entry.word))
    .map((entry) => ({
      key: entry.path,
      group: said.search_pages,
      title: said[entry.word],
      subtitle: "",
      icon: entry.icon,
      run: () => void navigate(entry.path),
    }));
  const actions = [
    {
      word: "theme" as const,
      title: theme === "dark" ? said.theme_light : said.theme_dark,
      run: () => setTheme(theme === "dark" ? "light" : "dark"),
    },
    {
      word: "language" as const,
      title: said.other_language,
      run: () => setLanguage(language === "en" ? "zh" : "en"),
    },
    { word: "sign_out" as const, title: "", run: signOut },
  ]
    .filter((action) => holds(action.word))
    .map((action) => ({
      key: action.word,
      group: said.search_actions,
      title: said[action.word],
      subtitle: action.title,
      icon: actionIcon,
      run: action.run,
    }));
  return [...pages, ...actions];
}

function ChoiceRow(props: { choice: Choice; id: string; chosen: boolean; onRun: () => void }) {
  const { choice } = props;
  return (
    <div
      id={props.id}
      role="option"
      aria-selected={props.chosen}
      tabIndex={-1}
      className="shell-choice"
      // The list stays a listbox of the field above: arrows and Enter are handled there.
      onMouseDown={(event) => {
        event.preventDefault();
        props.onRun();
      }}
    >
      <span aria-hidden>{choice.icon}</span>
      <span>{choice.title}</span>
      <small className="kit-quiet">{choice.subtitle}</small>
    </div>
  );
}

/** Finds resources, checks, alerts, tickets, people, posts, pages and actions by a few letters. */
export function SearchPalette(props: { onDone: () => void }) {
  const said = useWords(words);
  const text = useText();
  const navigate = useNavigate();
  const id = useId();
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const sought = useDeferredValue(typed.trim());
  // The server leaves out what the caller may not read.
  const found = useItems<SearchHit>(sought ? "/search" : null, { q: sought });
  const own = useOwnChoices(sought);
  const hits = (sought ? found.items : []).map((hit) => ({
    key: `${hit.type}-${hit.id}`,
    group: said.search_things,
    // A unit may have a name in one language only.
    title: text(hit.title) || hit.title.zh || hit.title.en,
    subtitle: [said[HIT_WORDS[hit.type]], text(hit.subtitle)].filter(Boolean).join(" · "),
    icon: <SearchOutlined />,
    run: () => void navigate(addressOf(hit)),
  }));
  const all = {
    key: "all-resources",
    group: said.search_things,
    title: fill(said.search_all, { q: sought }),
    subtitle: said.resources,
    icon: <SearchOutlined />,
    run: () => void navigate(paths.resources({ q: sought })),
  };
  // Of each sort only the first few are found here: the list has all.
  const listed = sought !== "" && found.items.some((hit) => hit.type === "resource");
  // A page that is called just so is what was meant; it stands before things that mention it.
  const exact = (choice: Choice) => choice.title.toLowerCase() === sought.toLowerCase();
  const others = own.filter((choice) => !exact(choice));
  const choices: Choice[] = [
    ...own.filter(exact),
    ...hits,
    ...(listed ? [all] : []),
    ...others,
  ];
  const chosen = Math.min(at, choices.length - 1);
  const run = (choice: Choice | undefined) => {
    if (!choice) return;
    props.onDone();
    choice.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter") run(choices[chosen]);
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const next = (chosen + step + choices.length) % choices.length;
    setAt(next);
    document.getElementById(`${id}-${next}`)?.scrollIntoView({ block: "nearest" });
  };
  return (
    <div className="shell-palette">
      <Input
        size="large"
        variant="borderless"
        autoFocus
        prefix={<SearchOutlined aria-hidden />}
        placeholder={said.search_hint}
        role="combobox"
        aria-label={said.search}
        aria-expanded
        aria-controls={id}
        aria-activedescendant={`${id}-${chosen}`}
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      {found.problem && sought ? <ErrorPanel problem={found.problem} /> : null}
      <div id={id} role="listbox" aria-label={said.search} className="shell-choices">
        {choices.map((choice, index) => [
          choice.group === choices[index - 1]?.group ? null : (
            <div key={choice.group} role="presentation" className="shell-choice-group">
              {choice.group}
            </div>
          ),
          <ChoiceRow
            key={choice.key}
            id={`${id}-${index}`}
            choice={choice}
            chosen={index === chosen}
            onRun={() => run(choice)}
          />,
        ])}
      </div>
      {choices.length === 0 && !found.loading ? (
        <p className="shell-choice-none kit-quiet">{fill(said.search_none, { q: sought })}</p>
      ) : null}
    </div>
  );
}
