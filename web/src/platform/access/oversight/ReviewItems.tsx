import { Alert, Button, Space } from "antd";
import { useState } from "react";
import type { GrantView, ReviewItemView, ReviewView } from "../../../api/contract";
import { useList, useOne } from "../../../api/hooks";
import { formatExact } from "../../../kit/format";
import { useLanguage, useWords } from "../../../kit/language";
import { ListTable } from "../../../kit/ListTable";
import { fill } from "../../../kit/say";
import { StateTag } from "../../../kit/StateTag";
import { TimeAgo, useNow } from "../../../kit/TimeAgo";
import { useRoleTitle } from "../../../shell/roles";
import { useSession } from "../../../shell/session";
import { TOUCHES } from "../grants/GrantDialog";
import { ReasonDialog } from "../grants/ReasonDialog";
import { ScopeText } from "../grants/ScopeText";
import { wayWords } from "../grants/wayWords";
import { words as grantWords } from "../grants/words";
import { words } from "./words";

type Verdict = "confirmed" | "revoked";

/** Says that what the line is about is over: it was so when the review was opened. */
function Ended(props: { grant_id: string }) {
  const said = useWords(words);
  const language = useLanguage();
  const now = useNow();
  const grant = useOne<GrantView>(`/grants/${props.grant_id}`).value;
  const { ended_at, valid_to } = grant ?? {};
  const over = valid_to && Date.parse(valid_to) <= now ? valid_to : null;
  const at = ended_at ?? over;
  if (!at) return null;
  const title = fill(said.line_ended, { at: formatExact(at, language) });
  return <Alert type="warning" showIcon className="kit-error" title={title} />;
}

function Decide(props: { item: ReviewItemView }) {
  const { item } = props;
  const said = useWords(words);
  const role = useRoleTitle()(item.role);
  const [verdict, setVerdict] = useState<Verdict | null>(null);
  const keep = verdict === "confirmed";
  const title = keep ? said.confirm_line : said.revoke_line;
  return (
    <Space>
      <Button size="small" onClick={() => setVerdict("confirmed")}>
        {said.confirm}
      </Button>
      <Button size="small" danger onClick={() => setVerdict("revoked")}>
        {said.revoke}
      </Button>
      {verdict ? (
        <ReasonDialog
          path={`/review-items/${item.id}/decide`}
          body={{ verdict }}
          title={fill(title, { name: item.user_name, role })}
          action={keep ? said.confirm : said.revoke}
          touches={["reviews", "grants", ...TOUCHES]}
          onClose={() => setVerdict(null)}
        >
          <Ended grant_id={item.grant_id} />
          {keep ? said.confirm_line_what : said.revoke_line_what}
        </ReasonDialog>
      ) : null}
    </Space>
  );
}

/** Until when the line counts; one that has come to its end says so. */
function Until(props: { item: ReviewItemView }) {
  const said = useWords(grantWords);
  const now = useNow();
  const { valid_to } = props.item;
  if (!valid_to) return said.for_good;
  return (
    <>
      <TimeAgo at={valid_to} />{" "}
      {Date.parse(valid_to) <= now ? <StateTag state="disabled" text={said.over} /> : null}
    </>
  );
}

function Decision(props: { item: ReviewItemView; review: ReviewView }) {
  const { item, review } = props;
  const said = useWords(words);
  const me = useSession().user.id;
  if (item.decision) {
    const kept = item.decision === "confirmed";
    return (
      <span title={item.decision_reason ?? ""}>
        <StateTag
          state={kept ? "ok" : "critical"}
          text={kept ? said.confirmed : said.revoked}
        />{" "}
        <TimeAgo at={item.decided_at} />
      </span>
    );
  }
  const reviewing = review.reviewer_id === me && !review.closed_at;
  if (reviewing && item.user_id !== me) return <Decide item={item} />;
  return (
    <>
      <StateTag state="pending" text={said.undecided} />
      {reviewing ? <div className="kit-quiet">{said.undecided_own}</div> : null}
    </>
  );
}

/** The lines of a review: who holds what, why, and the decision. */
export function ReviewItems(props: { review: ReviewView }) {
  const said = useWords(words);
  const granted = useWords(grantWords);
  const title = useRoleTitle();
  const list = useList<ReviewItemView>(`/reviews/${props.review.id}/items`);
  return (
    <ListTable<ReviewItemView>
      label={said.items}
      size="small"
      list={list}
      rowKey={(item) => item.id}
      empty={said.items_empty}
      columns={[
        { key: "user", title: said.user, render: (_, item) => item.user_name },
        { key: "role", title: said.role, render: (_, item) => title(item.role) },
        { key: "scope", title: said.scope, render: (_, item) => <ScopeText scope={item.scope} /> },
        { key: "way", title: said.way, render: (_, item) => wayWords(granted, item.path) },
        { key: "reason", title: said.reason, render: (_, item) => item.reason },
        { key: "since", title: said.since_when, render: (_, item) => <TimeAgo at={item.since} /> },
        { key: "to", title: said.until_when, render: (_, item) => <Until item={item} /> },
        {
          key: "seen",
          title: said.last_sign_in,
          render: (_, item) => <TimeAgo at={item.last_sign_in_at} />,
        },
        {
          key: "decision",
          title: said.decision,
          align: "right",
          render: (_, item) => <Decision item={item} review={props.review} />,
        },
      ]}
    />
  );
}
