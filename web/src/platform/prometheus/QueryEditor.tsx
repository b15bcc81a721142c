import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  closeCompletion,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, insertNewline } from "@codemirror/commands";
import { bracketMatching, syntaxTree } from "@codemirror/language";
import { forceLinting, linter, lintKeymap } from "@codemirror/lint";
import type { Diagnostic } from "@codemirror/lint";
import { EditorState, Prec, StateEffect } from "@codemirror/state";
import type { Extension } from "@codemirror/state";
import { EditorView, keymap, placeholder } from "@codemirror/view";
import { PromQLExtension } from "@prometheus-io/codemirror-promql";
import type { LintStrategy } from "@prometheus-io/codemirror-promql";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useImperativeHandle, useRef } from "react";
import type { Ref } from "react";
import { nonceOfPage } from "../../kit/nonce";
import { completionOf } from "./completion";
import { editorLook } from "./editorLook";
import { endOfWord, offsetOf } from "./notes";
import type { Note } from "./notes";

/** What may be done to an editor from outside. */
export interface EditorHandle {
  text: () => string;
  /** Puts a text where the cursor is. */
  insert: (text: string) => void;
  /** Puts another text in place of all. */
  replace: (text: string) => void;
  go: (place: { line: number; column: number }) => void;
}

export interface QueryEditorProps {
  ref?: Ref<EditorHandle>;
  label: string;
  hint: string;
  text: string;
  /** What the server said of `text`. */
  notes: Note[];
  onRun: (text: string) => void;
}

/** Nodes below one another, of a query that is checked here: the server refuses what is deeper. */
const DEPTH_MAX = 400;

function isDeep(state: EditorState): boolean {
  let [depth, deepest] = [0, 0];
  syntaxTree(state).iterate({
    enter: () => {
      depth += 1;
      deepest = Math.max(deepest, depth);
    },
    leave: () => {
      depth -= 1;
    },
  });
  return deepest > DEPTH_MAX;
}

/** Checks a query unless it is nested deeply: the time of the check grows by the square of that. */
function shallowly(strategy: LintStrategy): LintStrategy {
  return {
    promQL() {
      const check = strategy.promQL();
      return (view) => (isDeep(view.state) ? [] : check(view));
    },
  };
}

/** What the server said, and of which text. */
type Judged = Pick<QueryEditorProps, "text" | "notes">;

/** The server has said something: what is underlined is no longer right. */
const JUDGED = StateEffect.define<null>();

/** What the server said, as long as the text is the one that it was said of. */
function diagnosticsOf(state: EditorState, { text, notes }: Judged): Diagnostic[] {
  if (state.doc.toString() !== text) return [];
  return notes.flatMap(({ severity, text: message, place }) => {
    if (place === null) return [];
    const from = offsetOf(text, place);
    return [{ from, to: endOfWord(text, from), severity, message }];
  });
}

function extensionsOf(
  latest: { current: Omit<QueryEditorProps, "ref"> },
  judged: { current: Judged },
  promql: Extension,
): Extension[] {
  const { label, hint } = latest.current;
  const run = (view: EditorView) => {
    // What could come next would lie over the answer.
    closeCompletion(view);
    latest.current.onRun(view.state.doc.toString());
    return true;
  };
  return [
    // The policy of the page lets only style sheets with its nonce in.
    EditorView.cspNonce.of(nonceOfPage()),
    EditorView.contentAttributes.of({ "aria-label": label }),
    EditorView.lineWrapping,
    editorLook,
    history(),
    bracketMatching(),
    closeBrackets(),
    autocompletion({ icons: false }),
    placeholder(hint),
    promql,
    linter((view) => diagnosticsOf(view.state, judged.current), {
      delay: 200,
      needsRefresh: ({ transactions }) =>
        transactions.some(({ effects }) => effects.some((one) => one.is(JUDGED))),
    }),
    // Who puts the suggestions away does not mean the dialog around them.
    Prec.highest(keymap.of([{ key: "Escape", run: closeCompletion, stopPropagation: true }])),
    // Below the keys of the list of suggestions, above those of the text.
    Prec.high(
      keymap.of([
        { key: "Enter", run },
        { key: "Mod-Enter", run },
        { key: "Shift-Enter", run: insertNewline },
      ]),
    ),
    keymap.of([
      ...closeBracketsKeymap,
      ...defaultKeymap,
      ...historyKeymap,
      ...completionKeymap,
      ...lintKeymap,
    ]),
  ];
}

function replaceAll(view: EditorView, text: string): void {
  view.dispatch({
    changes: { from: 0, to: view.state.doc.length, insert: text },
    selection: { anchor: text.length },
  });
}

function handleOf(view: { current: EditorView | null }): EditorHandle {
  return {
    text: () => view.current?.state.doc.toString() ?? "",
    insert: (text) => {
      const { current } = view;
      if (!current) return;
      const { from } = current.state.selection.main;
      const joined = /[\w:]/.test(current.state.sliceDoc(Math.max(0, from - 1), from));
      current.dispatch(current.state.replaceSelection(joined ? ` ${text}` : text));
      current.focus();
    },
    replace: (text) => {
      if (view.current) replaceAll(view.current, text);
    },
    go: (place) => {
      const { current } = view;
      if (!current) return;
      const anchor = offsetOf(current.state.doc.toString(), place);
      current.dispatch({ selection: { anchor }, scrollIntoView: true });
      current.focus();
    },
  };
}

/** Where a query is written: with colours, completion, and what is wrong underlined. */
export default function QueryEditor(props: QueryEditorProps) {
  // What it is called and hints at is fixed when it is made.
  return <Editing key={`${props.label} ${props.hint}`} {...props} />;
}

function Editing({ ref, ...props }: QueryEditorProps) {
  const { text, notes } = props;
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const judged = useRef<Judged>({ text: "", notes: [] });
  const queries = useQueryClient();
  // The editor lives beside React: what it calls and reads is what was drawn last.
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });

  useEffect(() => {
    if (!place.current) return undefined;
    const language = new PromQLExtension();
    const promql = language
      .setComplete({ remote: completionOf(queries) })
      .setLinter(shallowly(language.getLinter()))
      .asExtension();
    const { text: doc } = latest.current;
    const made = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc,
        selection: { anchor: doc.length },
        extensions: extensionsOf(latest, judged, promql),
      }),
    });
    view.current = made;
    return () => {
      made.destroy();
      view.current = null;
    };
  }, [queries]);

  // Another text came from outside: the address changed.
  useEffect(() => {
    const { current } = view;
    if (current && current.state.doc.toString() !== text) replaceAll(current, text);
  }, [text]);

  useEffect(() => {
    judged.current = { text, notes };
    // Only what waits to be checked is checked at once: an answer may come long after the last key.
    view.current?.dispatch({ effects: JUDGED.of(null) });
    if (view.current) forceLinting(view.current);
  }, [text, notes]);

  useImperativeHandle(ref, () => handleOf(view), []);

  return <div ref={place} className="query-editor" />;
}
