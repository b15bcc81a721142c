import { CameraOutlined, DeleteOutlined } from "@ant-design/icons";
import { Alert, Button } from "antd";
import { useId, useState } from "react";
import type { InspectionItem } from "../../../../api/contract";
import { useWords } from "../../../../kit/language";
import { fill } from "../../../../kit/say";
import { useCan } from "../../../../shell/can";
import { PHOTOS_MAX } from "./answer";
import type { Draft, Photo } from "./answer";
import { FieldFault } from "./AnswerFields";
import { freshName } from "./keeper";
import { browserPhotos, thumbnailOf } from "./photoStore";
import { words } from "./words";

function Taken(props: { photo: Photo; n: number; onRemove: () => void }) {
  const { photo, n } = props;
  const said = useWords(words);
  const name = fill(said.photo_n, { n });
  return (
    <li>
      {photo.thumbnail ? <img src={photo.thumbnail} alt={name} /> : <span>{name}</span>}
      <span className="kit-quiet">{photo.id === null ? said.photo_kept : said.photo_sent}</span>
      <Button
        icon={<DeleteOutlined />}
        aria-label={fill(said.photo_remove, { n })}
        onClick={props.onRemove}
      />
    </li>
  );
}

/** Photos of an item: by the camera, kept on this device until the server has them. */
export function PhotoField(props: {
  item: InspectionItem;
  draft: Draft;
  fault: string | undefined;
  onAdd: (photo: Photo) => void;
  onRemove: (photo: Photo) => void;
}) {
  const { item, draft } = props;
  const said = useWords(words);
  const refusal = useCan()("attachment.change");
  const id = useId();
  const [failed, setFailed] = useState(false);
  const full = draft.photos.length >= PHOTOS_MAX;
  const take = async (file: File | undefined) => {
    if (!file) return;
    const local = freshName();
    try {
      await browserPhotos.put(local, file);
    } catch {
      setFailed(true);
      return;
    }
    setFailed(false);
    props.onAdd({ local, name: file.name, id: null, thumbnail: await thumbnailOf(file) });
  };
  const why = refusal ?? (full ? said.photo_full : null);
  return (
    <div className="rounds-field">
      <span className="rounds-label">{said.photos}</span>
      {item.photo ? <div className="kit-quiet">{said.photo_wanted}</div> : null}
      {draft.photos.length > 0 ? (
        <ul className="rounds-photos">
          {draft.photos.map((photo, at) => (
            <Taken key={photo.local} photo={photo} n={at + 1} onRemove={() => props.onRemove(photo)} />
          ))}
        </ul>
      ) : null}
      {why ? (
        <div className="kit-quiet">{why}</div>
      ) : (
        <div className="rounds-camera">
          <input
            id={id}
            type="file"
            accept="image/*"
            capture="environment"
            aria-describedby={`${id}-fault`}
            onChange={(event) => {
              void take(event.target.files?.[0]);
              // The same picture may be chosen again after it was removed.
              event.target.value = "";
            }}
          />
          <label htmlFor={id}>
            <CameraOutlined aria-hidden /> {said.photo_take}
          </label>
        </div>
      )}
      {failed ? <Alert type="error" showIcon role="alert" title={said.photo_failed} /> : null}
      <FieldFault id={`${id}-fault`} says={props.fault} />
    </div>
  );
}
