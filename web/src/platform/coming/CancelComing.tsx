import type { Ask } from "../../api/client";
import { useChange } from "../../api/hooks";
import { ConfirmDanger } from "../../kit/ConfirmDanger";
import { useWords } from "../../kit/language";
import { fill } from "../../kit/say";
import { words } from "./words";

/** What is read again when something that was to come does not. */
const TOUCHES = [
  "resources",
  "directory",
  "units",
  "regions",
  "sites",
  "posts",
  "people",
  "holdings",
  "journal",
];

export interface CancelComingProps {
  request: () => Ask;
  /** What it is about. */
  name: string;
  refusal: string | null;
  /** What becomes of it then. */
  children: string;
}

/** Cancels something that is to come, after asking once. */
export function CancelComing(props: CancelComingProps) {
  const said = useWords(words);
  const cancel = useChange<unknown>(props.request, { touches: TOUCHES });
  return (
    <ConfirmDanger
      action={said.cancel}
      title={fill(said.cancel_of, { name: props.name })}
      running={cancel.isPending}
      problem={cancel.error}
      onConfirm={() => cancel.mutateAsync()}
      refusal={props.refusal}
      small
    >
      {props.children}
    </ConfirmDanger>
  );
}
