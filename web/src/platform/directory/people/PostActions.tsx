import { Button, Space } from "antd";
import { useState } from "react";
import type { PostView } from "../../../api/contract";
import { useWords } from "../../../kit/language";
import { Permitted } from "../../../kit/Permitted";
import { fill } from "../../../kit/say";
import { useCan } from "../../../shell/can";
import { EndDialog } from "../EndDialog";
import { useName } from "../useName";
import { words } from "../words";
import { NewHoldingDialog } from "./HoldingDialog";
import { PostDialog } from "./PostDialog";

type Open = "give" | "edit" | "close" | null;

/** What can be done with a post: give it to somebody, change it, close it. */
export function PostActions(props: { post: PostView }) {
  const { post } = props;
  const said = useWords(words);
  const name = useName()(post.title);
  const refusal = useCan()("directory.change");
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const disabled = refusal !== null;
  return (
    <Permitted refusal={refusal}>
      <Space>
        <Button size="small" disabled={disabled} onClick={() => setOpen("give")}>
          {said.holding_new}
        </Button>
        <Button size="small" disabled={disabled} onClick={() => setOpen("edit")}>
          {said.edit}
        </Button>
        <Button size="small" danger disabled={disabled} onClick={() => setOpen("close")}>
          {said.close}
        </Button>
      </Space>
      {open === "give" ? <NewHoldingDialog post_id={post.id} onClose={close} /> : null}
      {open === "edit" ? <PostDialog post={post} onClose={close} /> : null}
      {open === "close" ? (
        <EndDialog
          path={`/posts/${post.id}/close`}
          version={post.version}
          title={fill(said.close_of, { name })}
          action={said.close}
          touches={["holdings", "units", "journal"]}
          onClose={close}
        >
          {fill(said.close_post_what, { name })}
        </EndDialog>
      ) : null}
    </Permitted>
  );
}
