import { Link } from "react-router";
import { paths } from "../../../paths";
import { Suggested } from "./Suggested";

/** Articles that may help whoever opens a ticket, while they type; each opens beside it. */
export default function TypingSuggestions(props: { subject: string; text: string }) {
  return (
    <Suggested
      {...props}
      anonymous={false}
      show={({ article }) => (
        <>
          <Link to={paths.knowledgeArticle(article.id)} target="_blank">
            {article.number} {article.title}
          </Link>{" "}
          <span className="kit-quiet">{article.category}</span>
        </>
      )}
    />
  );
}
