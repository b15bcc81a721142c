import { Button, Modal, Skeleton } from "antd";
import type { WorkItemView } from "../../../../api/contract";
import { useAll } from "../../../../api/hooks";
import { ErrorPanel } from "../../../../kit/ErrorPanel";
import { useLanguage, useWords } from "../../../../kit/language";
import { fill } from "../../../../kit/say";
import { StateTag } from "../../../../kit/StateTag";
import { Link } from "react-router";
import { paths } from "../../../../paths";
import { chainOf, periodWords } from "./period";
import { TONES } from "./tones";
import { words } from "./words";

/** Where an item was carried from, and to: each period leads to what was planned in it. */
export function CourseDialog(props: {
  one: WorkItemView;
  /** Among one's own, or in the plan of the unit. */
  whose: "mine" | "unit";
  onClose: () => void;
}) {
  const { one, whose, onClose } = props;
  const said = useWords(words);
  const language = useLanguage();
  const { period, unit_id } = one.item;
  const path = whose === "unit" ? "/duty/work-items" : "/duty/work-items/mine";
  const seen = useAll<WorkItemView>(path, { unit_id, period });
  const chain = chainOf(one, seen.items);
  return (
    <Modal
      open
      title={fill(said.course_of, { title: one.item.title })}
      onCancel={onClose}
      footer={<Button onClick={onClose}>{said.close}</Button>}
    >
      <ErrorPanel problem={seen.problem} onRetry={seen.reload} />
      {seen.loading ? (
        <Skeleton active />
      ) : (
        <ol className="workplans-course">
          {chain.items.map((item) => (
            <li key={item.id} aria-current={item.id === one.id ? "true" : undefined}>
              <Link
                to={paths.workPlans({
                  whose,
                  period,
                  day: item.item.day,
                  unit: whose === "unit" ? unit_id : "",
                })}
                onClick={onClose}
              >
                {periodWords(item.item.day, period, language)}
              </Link>{" "}
              <StateTag state={TONES[item.state]} text={said[item.state]} />{" "}
              <span className="kit-quiet">
                {item.progress} %{item.id === one.id ? ` · ${said.this_item}` : ""}
              </span>
              {item.went_reason ? <div>{fill(said.carried_because, { why: item.went_reason })}</div> : null}
            </li>
          ))}
        </ol>
      )}
      {chain.whole || seen.loading ? null : <p className="kit-quiet">{said.course_unseen}</p>}
    </Modal>
  );
}
