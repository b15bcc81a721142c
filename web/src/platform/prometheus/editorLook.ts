import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

/** The colours are variables of the page: they follow its shade by themselves. */
const colours = HighlightStyle.define([
  { tag: [tags.comment], color: "var(--k-quiet)", fontStyle: "italic" },
  { tag: [tags.number, tags.string], color: "var(--k-ok)" },
  { tag: [tags.labelName], color: "var(--k-critical)" },
  { tag: [tags.function(tags.variableName), tags.operatorKeyword], color: "var(--k-info)" },
  { tag: [tags.modifier, tags.logicOperator], color: "var(--k-unknown)" },
  { tag: [tags.operator, tags.arithmeticOperator], color: "var(--k-warning)" },
  { tag: [tags.invalid], color: "var(--k-critical)", textDecoration: "underline" },
]);

const look = EditorView.theme({
  "&": {
    color: "var(--k-text)",
    background: "var(--k-ground)",
    border: "1px solid var(--k-line-strong)",
    borderRadius: "6px",
    fontSize: "14px",
  },
  "&.cm-focused": { outline: "2px solid var(--k-accent)", outlineOffset: "0" },
  ".cm-content": { padding: "6px 4px", minHeight: "20px", caretColor: "var(--k-text)" },
  ".cm-scroller": {
    fontFamily: 'ui-monospace, "Noto Sans Mono", Menlo, Consolas, monospace',
    lineHeight: "20px",
    maxHeight: "200px",
  },
  ".cm-cursor": { borderLeftColor: "var(--k-text)" },
  ".cm-placeholder": { color: "var(--k-quiet)" },
  "&.cm-focused .cm-matchingBracket": { background: "var(--k-info-soft)" },
  "&.cm-focused .cm-nonmatchingBracket": { background: "var(--k-critical-soft)" },
  ".cm-tooltip": {
    color: "var(--k-text)",
    background: "var(--k-ground)",
    border: "1px solid var(--k-line-strong)",
    borderRadius: "6px",
    zIndex: "20",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { maxHeight: "300px", maxWidth: "min(700px, 92vw)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "3px 8px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": {
    color: "var(--k-text)",
    background: "var(--k-info-soft)",
  },
  ".cm-completionDetail": { color: "var(--k-quiet)", fontStyle: "normal" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "700" },
  ".cm-completionInfo": { padding: "6px 10px", maxWidth: "360px" },
  ".cm-diagnostic": { padding: "4px 10px" },
});

/** How the editor looks. */
export const editorLook: Extension = [look, syntaxHighlighting(colours)];
