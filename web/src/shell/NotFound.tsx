import { Result } from "antd";
import { useWords } from "../kit/language";
import { LinkButton } from "../kit/LinkButton";
import { paths } from "../paths";
import { words } from "./words";

/** Shown where no page is. */
export function NotFound() {
  const said = useWords(words);
  return (
    <Result
      status="404"
      title={<h1 className="shell-result-title">{said.missing}</h1>}
      subTitle={said.missing_about}
      extra={
        <LinkButton to={paths.home()} type="primary">
          {said.go_home}
        </LinkButton>
      }
    />
  );
}
