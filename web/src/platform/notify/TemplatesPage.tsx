import { PlusOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useMemo, useState } from "react";
import { Link, useNavigate } from "react-router";
import type { TemplateView } from "../../api/contract";
import { useList } from "../../api/hooks";
import { useText, useWords } from "../../kit/language";
import { ListTable } from "../../kit/ListTable";
import type { Column } from "../../kit/ListTable";
import { PageHeader } from "../../kit/PageHeader";
import { Permitted } from "../../kit/Permitted";
import type { Said } from "../../kit/say";
import { TimeAgo } from "../../kit/TimeAgo";
import { paths } from "../../paths";
import { useCan } from "../../shell/can";
import { NewTemplateDialog } from "./NewTemplateDialog";
import { words } from "./words";

/** Whose words a template holds. */
function originOf(said: Said<typeof words>, template: TemplateView): string {
  if (!template.shipped) return said.own;
  return template.edited ? `${said.shipped} · ${said.edited}` : said.shipped;
}

function columnsOf(
  said: Said<typeof words>,
  textOf: ReturnType<typeof useText>,
): Column<TemplateView>[] {
  return [
    {
      key: "name",
      title: said.template,
      render: (_, one) => (
        <>
          <Link to={paths.template(one.name)}>{textOf(one.title)}</Link>
          <div>
            <small className="kit-quiet kit-code">{one.name}</small>
          </div>
        </>
      ),
    },
    {
      key: "zh",
      title: `${said.subject} · ${said.zh}`,
      render: (_, one) => <span className="kit-code">{one.wordings.zh.subject}</span>,
    },
    {
      key: "en",
      title: `${said.subject} · ${said.en}`,
      render: (_, one) => <span className="kit-code">{one.wordings.en.subject}</span>,
    },
    { key: "origin", title: said.origin, render: (_, one) => originOf(said, one) },
    { key: "updated", title: said.updated, render: (_, one) => <TimeAgo at={one.updated_at} /> },
  ];
}

/** What messages say, in both languages. */
export default function TemplatesPage() {
  const said = useWords(words);
  const textOf = useText();
  const navigate = useNavigate();
  const refusal = useCan()("template.change");
  const [making, setMaking] = useState(false);
  const list = useList<TemplateView>("/templates");
  const columns = useMemo(() => columnsOf(said, textOf), [said, textOf]);
  const create = (
    <Permitted refusal={refusal}>
      <Button
        type="primary"
        icon={<PlusOutlined />}
        disabled={refusal !== null}
        onClick={() => setMaking(true)}
      >
        {said.template_new}
      </Button>
    </Permitted>
  );
  return (
    <>
      <PageHeader title={said.templates} about={said.templates_about} actions={create} />
      <ListTable<TemplateView>
        label={said.templates}
        columns={columns}
        list={list}
        rowKey={(one) => one.name}
        empty={said.templates_empty}
        emptyAction={create}
        onOpen={(one) => void navigate(paths.template(one.name))}
      />
      {making ? <NewTemplateDialog onClose={() => setMaking(false)} /> : null}
    </>
  );
}
