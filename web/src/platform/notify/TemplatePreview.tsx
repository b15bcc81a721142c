import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { ask } from "../../api/client";
import type { TemplatePreviewView, Wording } from "../../api/contract";
import type { Problem } from "../../api/problem";
import { Card } from "../../kit/Card";
import { ErrorPanel } from "../../kit/ErrorPanel";
import { useWords } from "../../kit/language";
import type { TemplateDraft } from "./templateDraft";
import { words } from "./words";

function OneLanguage(props: { title: string; wording: Wording }) {
  const { title, wording } = props;
  const said = useWords(words);
  return (
    <Card title={title}>
      <strong>{wording.subject}</strong>
      <p className="notify-answer">{wording.text}</p>
      {wording.html ? (
        <iframe
          className="notify-html"
          title={`${said.preview_mail} · ${title}`}
          sandbox=""
          srcDoc={wording.html}
        />
      ) : null}
    </Card>
  );
}

/** How a draft reads in both languages, filled with its sample. */
export function TemplatePreview(props: { name: string; draft: TemplateDraft | null }) {
  const { name, draft } = props;
  const said = useWords(words);
  const read = useQuery<TemplatePreviewView, Problem>({
    queryKey: ["templates", "preview", name, draft],
    queryFn: ({ signal }) =>
      ask<TemplatePreviewView>({
        method: "POST",
        path: `/templates/${encodeURIComponent(name)}/preview`,
        body: { draft },
        signal,
      }),
    enabled: draft !== null,
    placeholderData: keepPreviousData,
  });
  return (
    <section aria-label={said.preview} className="notify-page">
      {draft === null ? <p className="kit-quiet">{said.sample_wrong}</p> : null}
      <ErrorPanel problem={read.error} />
      {read.data && !read.error ? (
        <>
          <OneLanguage title={`${said.preview} · ${said.zh}`} wording={read.data.zh} />
          <OneLanguage title={`${said.preview} · ${said.en}`} wording={read.data.en} />
        </>
      ) : null}
    </section>
  );
}
