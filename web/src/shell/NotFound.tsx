import { Button, Result } from "antd";
import { Link } from "react-router";
import { useWords } from "../kit/language";
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
        <Link to={paths.home()}>
          <Button type="primary">{said.go_home}</Button>
        </Link>
      }
    />
  );
}
