import { Button, Space } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ask } from "../../../../api/client";
import type { EnquiryStatusView } from "../../../../api/contract";
import type { Problem } from "../../../../api/problem";
import { CopyOnce } from "../../../../kit/CopyOnce";
import { ErrorPanel } from "../../../../kit/ErrorPanel";
import { useWords } from "../../../../kit/language";
import { StatusPanel } from "./StatusPanel";
import { words } from "./words";

/** What was sent has moved away the button that was pressed: what came of it is read next. */
const focused = (heading: HTMLHeadingElement | null) => heading?.focus();

/** The number and the query code of what was sent; the code is shown this once. */
export function SentPanel(props: { code: string; onAnother: () => void }) {
  const { code, onAnother } = props;
  const said = useWords(words);
  const [looking, setLooking] = useState(false);
  const read = useQuery<EnquiryStatusView, Problem>({
    queryKey: ["public", "sent", code],
    queryFn: () =>
      ask({ method: "POST", path: "/public/enquiries/status", body: { code }, anonymous: true }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  return (
    <>
      <section className="kit-card">
        <h2 tabIndex={-1} ref={focused} className="enquiry-head">
          {said.sent}
        </h2>
        <p>{said.sent_about}</p>
        {read.data ? (
          <p>
            {said.number}: <strong className="kit-figure">{read.data.number}</strong>
          </p>
        ) : null}
        <ErrorPanel problem={read.error} onRetry={() => void read.refetch()} />
        <p className="enquiry-code-name">{said.code}</p>
        <CopyOnce secret={code} label={said.code} />
        <Space wrap className="enquiry-next">
          <Button aria-expanded={looking} disabled={!read.data} onClick={() => setLooking(true)}>
            {said.see_status}
          </Button>
          <Button onClick={onAnother}>{said.write_another}</Button>
        </Space>
      </section>
      {looking && read.data ? <StatusPanel code={code} first={read.data} /> : null}
    </>
  );
}
