import { PlusOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import type { ReviewView } from "../../../api/contract";
import { useList } from "../../../api/hooks";
import { useWords } from "../../../kit/language";
import { ListTable } from "../../../kit/ListTable";
import { PageHeader } from "../../../kit/PageHeader";
import { Permitted } from "../../../kit/Permitted";
import { TimeAgo } from "../../../kit/TimeAgo";
import { paths } from "../../../paths";
import { useCan } from "../../../shell/can";
import { NewReviewDialog } from "./NewReviewDialog";
import { ReviewState } from "./ReviewState";
import { words } from "./words";

/** Reviews of access. */
export default function ReviewsPage() {
  const said = useWords(words);
  const refusal = useCan()("review.change");
  const [making, setMaking] = useState(false);
  const list = useList<ReviewView>("/reviews");
  return (
    <>
      <PageHeader
        title={said.reviews}
        about={said.reviews_about}
        actions={
          <Permitted refusal={refusal}>
            <Button
              type="primary"
              icon={<PlusOutlined />}
              disabled={refusal !== null}
              onClick={() => setMaking(true)}
            >
              {said.review_new}
            </Button>
          </Permitted>
        }
      />
      <ListTable<ReviewView>
        label={said.reviews}
        list={list}
        rowKey={(review) => review.id}
        empty={said.reviews_empty}
        refusal={refusal}
        columns={[
          {
            key: "title",
            title: said.title,
            render: (_, review) => <Link to={paths.review(review.id)}>{review.title}</Link>,
          },
          { key: "state", title: said.state, render: (_, review) => <ReviewState review={review} /> },
          { key: "reviewer", title: said.reviewer, render: (_, review) => review.reviewer_name },
          { key: "due", title: said.due, render: (_, review) => <TimeAgo at={review.due_at} /> },
          {
            key: "progress",
            title: said.progress,
            render: (_, review) => `${review.decided} / ${review.items}`,
          },
        ]}
      />
      {making ? <NewReviewDialog onClose={() => setMaking(false)} /> : null}
    </>
  );
}
