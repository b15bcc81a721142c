import { Skeleton } from "antd";
import { Link } from "react-router";
import type { ActivationView, ReviewView } from "../../api/contract";
import { useList } from "../../api/hooks";
import { Card } from "../../kit/Card";
import { ErrorPanel } from "../../kit/ErrorPanel";
import { useWords } from "../../kit/language";
import { fill } from "../../kit/say";
import { StateTag } from "../../kit/StateTag";
import { useNow } from "../../kit/TimeAgo";
import { paths } from "../../paths";
import { useCan } from "../can";
import { useRoleTitle } from "../roles";
import { Line } from "./Line";
import { words } from "./words";

const READ_MAX = 50;
const SHOWN_MAX = 8;

function ReviewLine(props: { review: ReviewView }) {
  const { review } = props;
  const said = useWords(words);
  return (
    <Line
      tag={
        review.overdue ? (
          <StateTag state="critical" text={said.review_overdue} />
        ) : (
          <StateTag state="pending" text={said.review_due} />
        )
      }
      title={<Link to={paths.review(review.id)}>{review.title}</Link>}
      about={fill(said.review_progress, {
        name: review.reviewer_name,
        done: review.decided,
        all: review.items,
      })}
      at={review.due_at}
    />
  );
}

function ActivationLine(props: { activation: ActivationView }) {
  const { activation } = props;
  const said = useWords(words);
  const title = useRoleTitle();
  const goes_on = Date.parse(activation.ends_at) > useNow();
  return (
    <Line
      tag={
        <StateTag
          state={goes_on ? "critical" : "warning"}
          text={goes_on ? said.emergency_on : said.emergency_unseen}
        />
      }
      title={<Link to={paths.emergencies()}>{activation.user_name}</Link>}
      about={`${title(activation.role)} · ${activation.reason}`}
      at={activation.begun_at}
    />
  );
}

/**
 * What waits for somebody's judgement: reviews of access and emergencies. `quiet`: nothing is shown
 * when nothing waits.
 */
export function OversightCard(props: { quiet: boolean }) {
  const said = useWords(words);
  const sees = useCan()("emergency.read") === null;
  const now = useNow();
  const reviews = useList<ReviewView>("/reviews", { limit: READ_MAX });
  const activations = useList<ActivationView>("/activations", { limit: READ_MAX }, {
    enabled: sees,
  });
  const due = reviews.items
    .filter((one) => one.closed_at === null)
    .toSorted((one, other) => one.due_at.localeCompare(other.due_at));
  const unseen = activations.items.filter(
    (one) => one.confirmed_by === null || Date.parse(one.ends_at) > now,
  );
  const problem = reviews.problem ?? activations.problem;
  const loading = reviews.loading || (sees && activations.loading);
  const nothing = !problem && !loading && due.length + unseen.length === 0;
  if (props.quiet && (nothing || loading)) return null;
  return (
    <Card
      title={said.oversight}
      extra={
        <span className="home-links">
          <Link to={paths.reviews()}>{said.all_reviews}</Link>
          <Link to={paths.emergencies()}>{said.all_emergencies}</Link>
        </span>
      }
    >
      <ErrorPanel
        problem={problem}
        onRetry={() => {
          reviews.reload();
          if (sees) activations.reload();
        }}
      />
      {loading ? <Skeleton active title={false} /> : null}
      {nothing ? (
        <p className="home-well">
          <StateTag state="ok" text={said.oversight_none} />
        </p>
      ) : null}
      <ul className="home-lines">
        {unseen.slice(0, SHOWN_MAX).map((one) => (
          <ActivationLine key={one.id} activation={one} />
        ))}
        {due.slice(0, SHOWN_MAX).map((one) => (
          <ReviewLine key={one.id} review={one} />
        ))}
      </ul>
    </Card>
  );
}
