import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Popconfirm, Tooltip } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import type { RelationView, ResourceView } from "../../api/contract";
import { useChange, useItems } from "../../api/hooks";
import { Card } from "../../kit/Card";
import { ErrorPanel } from "../../kit/ErrorPanel";
import { useText, useWords } from "../../kit/language";
import { Permitted } from "../../kit/Permitted";
import { fill } from "../../kit/say";
import { paths } from "../../paths";
import { useCan } from "../../shell/can";
import { KindIcon } from "./KindIcon";
import { useKinds } from "./useKinds";
import { RelationDialog } from "./RelationDialog";
import { words } from "./words";

function RelationRow(props: { relation: RelationView; refusal: string | null }) {
  const { relation, refusal } = props;
  const said = useWords(words);
  const text = useText();
  const kinds = useKinds();
  const remove = useChange<null>(
    () => ({ method: "DELETE", path: `/relations/${relation.id}` }),
    { touches: ["resources", "journal"] },
  );
  const label = fill(said.remove_relation, { name: relation.other.name });
  return (
    <li>
      <span className="resource-relation-word">{text(relation.wording)}</span>
      <span className="resource-relation-other">
        <Tooltip title={kinds.titleOf(relation.other.kind)}>
          <span>
            <KindIcon kind={relation.other.kind} />
          </span>
        </Tooltip>
        <Link to={paths.resource(relation.other.id)}>{relation.other.name}</Link>
      </span>
      <Permitted refusal={refusal}>
        <Popconfirm
          title={said.remove_relation_title}
          description={`${text(relation.wording)} ${relation.other.name}`}
          okText={said.remove}
          onConfirm={() => remove.mutateAsync()}
          disabled={refusal !== null}
        >
          <Button
            type="text"
            size="small"
            icon={<DeleteOutlined />}
            aria-label={label}
            loading={remove.isPending}
            disabled={refusal !== null}
          />
        </Popconfirm>
      </Permitted>
    </li>
  );
}

/** What a resource depends on and what depends on it, both ways. */
export function RelationsCard(props: { resource: ResourceView }) {
  const { resource } = props;
  const said = useWords(words);
  const can = useCan();
  const [adding, setAdding] = useState(false);
  const list = useItems<RelationView>(`/resources/${resource.id}/relations`);
  const refusal = can("resource.change");
  const add = (
    <Permitted refusal={refusal}>
      <Button
        type="text"
        size="small"
        icon={<PlusOutlined />}
        disabled={refusal !== null || resource.retired}
        onClick={() => setAdding(true)}
      >
        {said.add_relation}
      </Button>
    </Permitted>
  );
  return (
    <Card title={said.relations} extra={add}>
      <ErrorPanel problem={list.problem} onRetry={list.reload} />
      {list.items.length === 0 && !list.loading && !list.problem ? (
        <p className="kit-quiet">{said.no_relations}</p>
      ) : (
        <ul className="resource-relations">
          {list.items.map((one) => (
            <RelationRow key={one.id} relation={one} refusal={refusal} />
          ))}
        </ul>
      )}
      {adding ? <RelationDialog resource={resource} onClose={() => setAdding(false)} /> : null}
    </Card>
  );
}
