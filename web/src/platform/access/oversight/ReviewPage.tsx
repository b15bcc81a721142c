import { Progress, Skeleton } from "antd";
import { useParams } from "react-router";
import type { ReviewView } from "../../../api/contract";
import { useChange, useOne } from "../../../api/hooks";
import { Card } from "../../../kit/Card";
import { ConfirmDanger } from "../../../kit/ConfirmDanger";
import { DescriptionList } from "../../../kit/DescriptionList";
import { ErrorPanel } from "../../../kit/ErrorPanel";
import { useWords } from "../../../kit/language";
import { PageHeader } from "../../../kit/PageHeader";
import { fill } from "../../../kit/say";
import { TimeAgo } from "../../../kit/TimeAgo";
import { useCan } from "../../../shell/can";
import { useRoleList } from "../../../shell/roles";
import { ScopeText } from "../grants/ScopeText";
import { ReviewItems } from "./ReviewItems";
import { ReviewState } from "./ReviewState";
import { words } from "./words";
import "../access.css";

function Close(props: { review: ReviewView }) {
  const { review } = props;
  const said = useWords(words);
  const refusal = useCan()("review.change");
  const close = useChange<ReviewView>(() => ({
    method: "POST",
    path: `/reviews/${review.id}/close`,
  }));
  if (review.closed_at) return null;
  return (
    <ConfirmDanger
      action={said.close}
      title={fill(said.close_of, { title: review.title })}
      running={close.isPending}
      problem={close.error}
      refusal={refusal}
      onConfirm={() => close.mutateAsync()}
    >
      {fill(said.close_what, { n: review.items - review.decided })}
    </ConfirmDanger>
  );
}

function About(props: { review: ReviewView }) {
  const { about } = props.review;
  const said = useWords(words);
  const roles = useRoleList();
  if (about.roles) return roles(about.roles);
  if (about.group_id) return said.about_group;
  return about.scope ? <ScopeText scope={about.scope} /> : said.about_everybody;
}

/** One review: how far it is, and its lines to be confirmed or taken away. */
export default function ReviewPage() {
  const { id = "" } = useParams();
  const said = useWords(words);
  const read = useOne<ReviewView>(`/reviews/${id}`);
  if (read.problem) return <ErrorPanel problem={read.problem} onRetry={read.reload} />;
  const review = read.value;
  if (!review || review.id !== id) return <Skeleton active />;
  const share = review.items === 0 ? 100 : Math.round((review.decided / review.items) * 100);
  const items = [
    { key: "about", term: said.about, value: <About review={review} /> },
    { key: "reviewer", term: said.reviewer, value: review.reviewer_name },
    { key: "due", term: said.due, value: <TimeAgo at={review.due_at} /> },
    {
      key: "progress",
      term: said.progress,
      value: (
        <>
          {review.decided} / {review.items}
          <Progress aria-label={said.progress} percent={share} size="small" showInfo={false} />
        </>
      ),
    },
  ];
  return (
    <>
      <PageHeader
        title={review.title}
        tags={<ReviewState review={review} />}
        actions={<Close review={review} />}
      />
      <div className="access-column">
        <Card title={said.state}>
          <DescriptionList items={items} columns={3} />
        </Card>
        <Card title={said.items}>
          <ReviewItems review={review} />
        </Card>
      </div>
    </>
  );
}
