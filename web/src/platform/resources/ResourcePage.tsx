import { DeploymentUnitOutlined } from "@ant-design/icons";
import { Skeleton, Tag } from "antd";
import { Suspense } from "react";
import { useParams } from "react-router";
import type { CheckStateView, ResourceView } from "../../api/contract";
import { useItems, useOne } from "../../api/hooks";
import { ErrorPanel } from "../../kit/ErrorPanel";
import { useWords } from "../../kit/language";
import { LinkButton } from "../../kit/LinkButton";
import { PageHeader } from "../../kit/PageHeader";
import { StateTag } from "../../kit/StateTag";
import { TimeAgo } from "../../kit/TimeAgo";
import { paths } from "../../paths";
import { useCan } from "../../shell/can";
import { resourceSlots } from "../../shell/slots";
import { RegionName, UnitName } from "../directory/PlaceName";
import { AttributesCard } from "./AttributesCard";
import { EditResource } from "./EditResource";
import { KindIcon } from "./KindIcon";
import { useFoundName } from "./useFoundName";
import { useKinds } from "./useKinds";
import { RelationsCard } from "./RelationsCard";
import { RetireResource } from "./RetireResource";
import type { ResourceSlot } from "./slots";
import { sourceOf } from "./source";
import { words } from "./words";
import "./resources.css";

const STATES_EVERY_MS = 15_000;

function Slots(props: { place: ResourceSlot["place"]; resource: ResourceView }) {
  const { place, resource } = props;
  const can = useCan();
  return resourceSlots
    .filter((slot) => slot.place === place && can(slot.needs) === null)
    .filter((slot) => slot.kind === undefined || slot.kind === resource.kind)
    .map(({ key, Part }) => (
      <Suspense key={key} fallback={<Skeleton active className="kit-card" />}>
        <Part resource={resource} />
      </Suspense>
    ));
}

function About(props: { resource: ResourceView }) {
  const { resource } = props;
  const said = useWords(words);
  const kinds = useKinds();
  return (
    <>
      <KindIcon kind={resource.kind} />
      {kinds.titleOf(resource.kind)} · {sourceOf(resource.source, said)} · {said.updated}{" "}
      <TimeAgo at={resource.updated_at} />
      {resource.unit_id ? (
        <>
          {" · "}
          <UnitName id={resource.unit_id} />
        </>
      ) : null}
      {resource.region_id ? (
        <>
          {" · "}
          <RegionName id={resource.region_id} />
        </>
      ) : null}
      {resource.description ? <div>{resource.description}</div> : null}
    </>
  );
}

/** One resource: what it is and its state, its figures, what it hangs on, what happened. */
export default function ResourcePage() {
  const { id = "" } = useParams();
  const said = useWords(words);
  const nameOf = useFoundName();
  const resource = useOne<ResourceView>(`/resources/${id}`);
  const states = useItems<CheckStateView>("/check-states", {}, { every_ms: STATES_EVERY_MS });
  const { value } = resource;
  if (resource.problem && !value) {
    return <ErrorPanel problem={resource.problem} onRetry={resource.reload} />;
  }
  if (!value || value.id !== id) return <Skeleton active paragraph={{ rows: 8 }} />;
  const state = states.items.find((one) => one.resource_id === id);
  const tags = (
    <>
      {value.retired ? <StateTag state="disabled" text={said.retired} /> : null}
      {state && !value.retired ? <StateTag state={state.state} /> : null}
      {value.tags.map((tag) => (
        <Tag key={tag}>{tag}</Tag>
      ))}
    </>
  );
  return (
    <div className="resource-page">
      <PageHeader
        title={nameOf(value.name)}
        about={<About resource={value} />}
        tags={tags}
        actions={
          <>
            <LinkButton to={paths.resourceGraph(id)} icon={<DeploymentUnitOutlined />}>
              {said.graph}
            </LinkButton>
            <EditResource resource={resource} />
            <RetireResource resource={value} />
          </>
        }
      />
      <Slots place="live" resource={value} />
      <div className="resource-columns">
        <div className="resource-column">
          <Slots place="main" resource={value} />
          <AttributesCard resource={value} />
        </div>
        <div className="resource-column">
          <Slots place="side" resource={value} />
          <RelationsCard resource={value} />
        </div>
      </div>
      <Slots place="below" resource={value} />
    </div>
  );
}
