import { Link } from "react-router";
import type { HoldingView, PostView } from "../../../api/contract";
import { useAll, useList } from "../../../api/hooks";
import { useWords } from "../../../kit/language";
import { ListTable } from "../../../kit/ListTable";
import { StateTag } from "../../../kit/StateTag";
import { paths } from "../../../paths";
import { useCan } from "../../../shell/can";
import { UnitName } from "../PlaceName";
import { useName } from "../useName";
import { words } from "../words";
import { PostActions } from "./PostActions";
import { PostHolders } from "./PostHolders";

/** Who holds one post at a day. */
function Holders(props: { post_id: string; as_of: string }) {
  const { items, loading } = useAll<HoldingView>("/holdings", props);
  return loading ? null : <PostHolders holdings={items} fixed={props.as_of !== ""} />;
}

/** The posts that a filter leaves, at a day. */
export function PostsTable(props: { query: { q: string; under: string; as_of: string } }) {
  const { as_of } = props.query;
  const said = useWords(words);
  const name = useName();
  const invited = useCan()("directory.change") === null && as_of === "";
  const list = useList<PostView>("/posts", props.query);
  return (
    <ListTable<PostView>
      label={said.posts}
      list={list}
      rowKey={(post) => post.id}
      empty={invited ? said.posts_empty : said.posts_bare}
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
          key: "unit",
          title: said.unit,
          render: (_, post) => (
            <Link to={paths.unit(post.unit_id, { as_of })}>
              <UnitName id={post.unit_id} as_of={as_of} />
            </Link>
          ),
        },
        {
          key: "holders",
          title: said.holders,
          render: (_, post) => <Holders post_id={post.id} as_of={as_of} />,
        },
        {
          key: "actions",
          title: "",
          align: "right",
          render: (_, post) => (as_of ? null : <PostActions post={post} />),
        },
      ]}
    />
  );
}
