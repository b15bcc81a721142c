import { PlusOutlined } from "@ant-design/icons";
import { Button, Checkbox, Segmented } from "antd";
import { useMemo, useState } from "react";
import { Link, useNavigate } from "react-router";
import type { ArticleView } from "../../../api/contract";
import { useList } from "../../../api/hooks";
import { useWords } from "../../../kit/language";
import { ListTable } from "../../../kit/ListTable";
import type { Column } from "../../../kit/ListTable";
import { PageHeader } from "../../../kit/PageHeader";
import { Permitted } from "../../../kit/Permitted";
import { fill } from "../../../kit/say";
import { SearchBox } from "../../../kit/SearchBox";
import { StateTag } from "../../../kit/StateTag";
import { TimeAgo } from "../../../kit/TimeAgo";
import { useViewState } from "../../../kit/viewState";
import { paths } from "../../../paths";
import { UnitName } from "../../../platform/directory/PlaceName";
import { useCan } from "../../../shell/can";
import { useSession } from "../../../shell/session";
import { STATES, TONES } from "./article";
import { ArticleDialog } from "./ArticleDialog";
import { words } from "./words";
import "./knowledge.css";

function useColumns(): Column<ArticleView>[] {
  const said = useWords(words);
  return useMemo<Column<ArticleView>[]>(
    () => [
      {
        key: "title",
        title: said.title,
        width: 300,
        render: (_, one) => (
          <>
            <Link to={paths.article(one.id)}>{one.article.title}</Link>
            <div className="kit-quiet">
              {[one.number, one.article.category].filter(Boolean).join(" · ")}
            </div>
          </>
        ),
      },
      {
        key: "state",
        title: said.state,
        width: 150,
        render: (_, one) => (
          <>
            <StateTag state={TONES[one.state]} text={said[one.state]} />{" "}
            {one.due ? <StateTag state="warning" text={said.due} /> : null}
          </>
        ),
      },
      {
        key: "audience",
        title: said.audience,
        width: 140,
        render: (_, one) => said[one.article.audience],
      },
      {
        key: "owner",
        title: said.owner,
        width: 140,
        render: (_, one) => one.owner ?? <UnitName id={one.article.unit_id} />,
      },
      {
        key: "review",
        title: said.review_on,
        width: 130,
        render: (_, one) => one.article.review_on ?? "–",
      },
      {
        key: "votes",
        title: said.votes,
        width: 150,
        render: (_, one) => fill(said.votes_of, { ...one.votes }),
      },
      {
        key: "changed",
        title: said.changed,
        width: 120,
        render: (_, one) => <TimeAgo at={one.changed_at} />,
      },
    ],
    [said],
  );
}

function Filters(props: {
  view: Record<"state" | "mine" | "due" | "q", string>;
  setView: (change: Partial<Record<"state" | "mine" | "due" | "q", string>>) => void;
}) {
  const { view, setView } = props;
  const said = useWords(words);
  const { user } = useSession();
  return (
    <div className="kit-filters">
      <SearchBox label={said.search} value={view.q} onSearch={(q) => setView({ q })} />
      <Segmented
        aria-label={said.state}
        value={view.state}
        options={[
          { value: "", label: said.every_state },
          ...STATES.map((value) => ({ value, label: said[value] })),
        ]}
        onChange={(state) => setView({ state })}
      />
      <Checkbox
        checked={view.due !== ""}
        onChange={(event) => setView({ due: event.target.checked ? "1" : "" })}
      >
        {said.due_only}
      </Checkbox>
      {user.person_id ? (
        <Checkbox
          checked={view.mine !== ""}
          onChange={(event) => setView({ mine: event.target.checked ? "1" : "" })}
        >
          {said.mine}
        </Checkbox>
      ) : null}
    </div>
  );
}

/** The articles that one sees, however far they are. */
export default function ArticlesPage() {
  const said = useWords(words);
  const { user } = useSession();
  const navigate = useNavigate();
  const refusal = useCan()("knowledge.write");
  const [view, setView] = useViewState(["state", "mine", "due", "q"]);
  const [making, setMaking] = useState(false);
  const columns = useColumns();
  const list = useList<ArticleView>("/knowledge/articles", {
    state: view.state,
    owner_id: view.mine && user.person_id ? user.person_id : "",
    due: view.due ? true : "",
    q: view.q,
  });
  const create = (
    <Permitted refusal={refusal}>
      <Button
        type="primary"
        icon={<PlusOutlined />}
        disabled={refusal !== null}
        onClick={() => setMaking(true)}
      >
        {said.new_article}
      </Button>
    </Permitted>
  );
  return (
    <>
      <PageHeader title={said.articles} about={said.articles_about} actions={create} />
      <Filters view={view} setView={setView} />
      <ListTable
        label={said.articles}
        columns={columns}
        list={list}
        rowKey={(row) => row.id}
        empty={said.articles_empty}
        refusal={refusal}
        emptyAction={create}
      />
      {making ? (
        <ArticleDialog
          article={null}
          onDone={(saved) => void navigate(paths.article(saved.id))}
          onClose={() => setMaking(false)}
        />
      ) : null}
    </>
  );
}
