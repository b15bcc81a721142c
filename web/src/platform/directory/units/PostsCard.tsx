import { PlusOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useState } from "react";
import type { HoldingView, PostView } from "../../../api/contract";
import { useAll } from "../../../api/hooks";
import { Card } from "../../../kit/Card";
import { useWords } from "../../../kit/language";
import { ListTable } from "../../../kit/ListTable";
import { Permitted } from "../../../kit/Permitted";
import { StateTag } from "../../../kit/StateTag";
import { useCan } from "../../../shell/can";
import { PostActions } from "../people/PostActions";
import { PostDialog } from "../people/PostDialog";
import { PostHolders } from "../people/PostHolders";
import { useName } from "../useName";
import { words } from "../words";

/** The posts of a unit at a day, and who holds them. */
export function PostsCard(props: { unit_id: string; as_of: string }) {
  const said = useWords(words);
  const name = useName();
  const refusal = useCan()("directory.change");
  const [making, setMaking] = useState(false);
  const posts = useAll<PostView>("/posts", props);
  const holdings = useAll<HoldingView>("/holdings", props);
  const past = props.as_of !== "";
  return (
    <Card
      title={said.posts}
      extra={
        past ? null : (
          <Permitted refusal={refusal}>
            <Button
              size="small"
              icon={<PlusOutlined />}
              disabled={refusal !== null}
              onClick={() => setMaking(true)}
            >
              {said.post_new}
            </Button>
          </Permitted>
        )
      }
    >
      <ListTable<PostView>
        label={said.posts}
        size="small"
        list={posts}
        rowKey={(post) => post.id}
        empty={refusal === null && !past ? said.posts_empty : said.posts_bare}
        columns={[
          {
            key: "title",
            title: said.post,
            render: (_, post) => (
              <>
                {name(post.title)} {post.head ? <StateTag state="info" text={said.head} /> : null}
              </>
            ),
          },
          { key: "code", title: said.code, render: (_, post) => post.code },
          {
            key: "holders",
            title: said.holders,
            render: (_, post) => (
              <PostHolders
                holdings={holdings.items.filter((one) => one.post_id === post.id)}
                fixed={past}
              />
            ),
          },
          {
            key: "actions",
            title: "",
            align: "right",
            render: (_, post) => (past ? null : <PostActions post={post} />),
          },
        ]}
      />
      {making ? <PostDialog unit_id={props.unit_id} onClose={() => setMaking(false)} /> : null}
    </Card>
  );
}
