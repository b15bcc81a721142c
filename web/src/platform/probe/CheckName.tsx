import type { CheckView } from "../../api/contract";
import { useCheckName } from "./useCheckName";

/** The name of a check, as [`useCheckName`] says it. */
export function CheckName(props: { check: CheckView }) {
  return useCheckName()(props.check);
}
