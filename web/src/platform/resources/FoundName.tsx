import { useFoundName } from "./useFoundName";

/** The name of a resource, as [`useFoundName`] says it. */
export function FoundName(props: { name: string }) {
  return useFoundName()(props.name);
}
