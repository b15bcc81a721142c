import { Button, Empty, Skeleton } from "antd";
import type { PublishedAnswerView } from "../../../../api/contract";
import { useList } from "../../../../api/hooks";
import { Card } from "../../../../kit/Card";
import { ErrorPanel } from "../../../../kit/ErrorPanel";
import { useWords } from "../../../../kit/language";
import { TimeAgo } from "../../../../kit/TimeAgo";
import { EnquiryFrame } from "./EnquiryFrame";
import { words } from "./words";

/** The answers that everybody reads. */
export default function PublishedPage() {
  const said = useWords(words);
  const list = useList<PublishedAnswerView>("/public/publications", { limit: 20 });
  const none = list.items.length === 0 && !list.loading && list.problem === null;
  return (
    <EnquiryFrame title={said.answers} about={said.answers_about}>
      <ErrorPanel problem={list.problem} onRetry={list.reload} />
      {list.loading ? <Skeleton active /> : null}
      {none ? (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={said.answers_none} />
      ) : null}
      <div className="desk-page">
        {list.items.map((one) => (
          <Card
            key={one.id}
            title={one.title}
            extra={
              <span className="kit-quiet">
                <TimeAgo at={one.published_at} />
              </span>
            }
          >
            <div className="desk-text">{one.text}</div>
          </Card>
        ))}
      </div>
      {list.more ? (
        <Button className="enquiry-next" block loading={list.loadingMore} onClick={list.loadMore}>
          {said.more}
        </Button>
      ) : null}
    </EnquiryFrame>
  );
}
