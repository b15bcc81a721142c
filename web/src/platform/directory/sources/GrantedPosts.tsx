import { Switch } from "antd";
import type { DirectorySourcePostsView } from "../../../api/contract";
import { useChange } from "../../../api/hooks";
import { ErrorPanel } from "../../../kit/ErrorPanel";
import { useWords } from "../../../kit/language";
import { Permitted } from "../../../kit/Permitted";
import { fill } from "../../../kit/say";
import { useCanEverywhere } from "../../../shell/can";
import { words } from "./postsWords";

interface Filling {
  id: string;
  name: string;
  version: number;
  granted_posts: boolean;
}

function GrantedPosts(props: { source: Filling; refused: number }) {
  const { source, refused } = props;
  const said = useWords(words);
  const refusal = useCanEverywhere()("provider.change");
  const change = useChange<DirectorySourcePostsView, boolean>(
    (granted_posts) => ({
      method: "PUT",
      path: `/directory/sources/${source.id}/posts`,
      version: source.version,
      body: { granted_posts },
    }),
    { touches: ["scim"] },
  );
  return (
    <>
      <Permitted refusal={refusal}>
        <Switch
          size="small"
          checked={source.granted_posts}
          disabled={refusal !== null}
          loading={change.isPending}
          aria-label={fill(said.of, { name: source.name })}
          onChange={(granted) => change.mutate(granted)}
        />
      </Permitted>{" "}
      <span className="kit-quiet">
        {source.granted_posts ? said.on : said.off}
        {refused > 0 ? ` ${fill(said.refused, { n: refused })}` : ""}
      </span>
      <ErrorPanel problem={change.error} />
    </>
  );
}

/** Whether a source may fill posts that roles are granted to, as a line of its description. */
export function useGrantedPosts(source: Filling, refused = 0) {
  const said = useWords(words);
  return {
    key: "posts",
    term: said.term,
    value: <GrantedPosts source={source} refused={refused} />,
  };
}
