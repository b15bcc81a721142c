import { Link } from "react-router";
import type { Items, OfferedFormView } from "../api/contract";
import { useOne } from "../api/hooks";
import { useWords } from "../kit/language";
import { paths } from "../paths";
import { words } from "./words";

/** Where those without an account write in; nothing where no form is open to them. */
export function WriteIn() {
  const said = useWords(words);
  const forms = useOne<Items<OfferedFormView>>("/public/forms");
  if ((forms.value?.items ?? []).length === 0) return null;
  return (
    <p className="shell-write-in">
      <Link to={paths.enquiry()}>{said.write_in}</Link>
    </p>
  );
}
