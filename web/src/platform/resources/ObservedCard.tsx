import { Button, Space } from "antd";
import type { ObservedValueView, ResourceMergeView, ResourceView } from "../../api/contract";
import { useChange, useItems } from "../../api/hooks";
import { Card } from "../../kit/Card";
import { ErrorPanel } from "../../kit/ErrorPanel";
import { useWords } from "../../kit/language";
import { Permitted } from "../../kit/Permitted";
import { fill } from "../../kit/say";
import { TimeAgo } from "../../kit/TimeAgo";
import { useCan } from "../../shell/can";
import { sourceOf } from "./source";
import { words } from "./words";

function Observed(props: { resource: ResourceView; value: ObservedValueView }) {
  const said = useWords(words);
  const refusal = useCan()("resource.change");
  const { resource, value } = props;
  const adopt = useChange<ResourceView>(() => ({
    method: "POST",
    path: `/resources/${resource.id}/adopt`,
    version: resource.version,
    body: { attribute: value.attribute, source: value.source },
  }));
  return (
    <li className="resource-observed">
      <div>
        <code>{value.attribute}</code> = {JSON.stringify(value.value)}
        <div className="kit-quiet">
          {sourceOf(value.source, said)} · {value.confidence} % ·{" "}
          <TimeAgo at={value.observed_at} />
        </div>
        <ErrorPanel problem={adopt.error} />
      </div>
      <Permitted refusal={refusal}>
        <Button
          size="small"
          disabled={refusal !== null}
          loading={adopt.isPending}
          onClick={() => adopt.mutate()}
        >
          {said.adopt}
        </Button>
      </Permitted>
    </li>
  );
}

function Merge(props: { merge: ResourceMergeView }) {
  const said = useWords(words);
  const refusal = useCan()("resource.change");
  const { merge } = props;
  const undo = useChange<ResourceMergeView>(
    () => ({ method: "POST", path: `/merges/${merge.id}/undo` }),
    { touches: ["resources", "reconciliation"] },
  );
  return (
    <li className="resource-observed">
      <div>
        {fill(said.merged_by, { by: merge.merged_by, relations: merge.relations })}{" "}
        <span className="kit-quiet">
          <TimeAgo at={merge.merged_at} />
        </span>
        <ErrorPanel problem={undo.error} />
      </div>
      {merge.undone_at ? (
        <span className="kit-quiet">{said.merge_undone}</span>
      ) : (
        <Permitted refusal={refusal}>
          <Button
            size="small"
            disabled={refusal !== null}
            loading={undo.isPending}
            onClick={() => undo.mutate()}
          >
            {said.merge_undo}
          </Button>
        </Permitted>
      )}
    </li>
  );
}

/** What sources saw and nobody believed, and the merges that made the resource what it is. */
export default function ObservedCard(props: { resource: ResourceView }) {
  const said = useWords(words);
  const { resource } = props;
  const observed = useItems<ObservedValueView>(`/resources/${resource.id}/observed`);
  const merges = useItems<ResourceMergeView>(`/resources/${resource.id}/merges`);
  if (observed.items.length === 0 && merges.items.length === 0) return null;
  return (
    <Card title={said.observed}>
      <p className="kit-quiet">{said.observed_about}</p>
      <Space orientation="vertical" className="kit-wide">
        <ul className="resource-plain">
          {observed.items.map((value) => (
            <Observed
              key={`${value.attribute} ${value.source}`}
              resource={resource}
              value={value}
            />
          ))}
          {merges.items.map((merge) => (
            <Merge key={merge.id} merge={merge} />
          ))}
        </ul>
      </Space>
    </Card>
  );
}
