import { ImportOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useWords } from "../../kit/language";
import { LinkButton } from "../../kit/LinkButton";
import { Permitted } from "../../kit/Permitted";
import { paths } from "../../paths";
import { useCan } from "../../shell/can";
import { words } from "./words";

/** The way to the import of the organisation; off, with the reason, for those it refuses. */
export function ImportLink() {
  const said = useWords(words);
  const refusal = useCan()("directory.change");
  if (refusal === null) {
    return (
      <LinkButton to={paths.directoryImport()} icon={<ImportOutlined />}>
        {said.import_title}
      </LinkButton>
    );
  }
  return (
    <Permitted refusal={refusal}>
      <Button icon={<ImportOutlined />} disabled>
        {said.import_title}
      </Button>
    </Permitted>
  );
}
