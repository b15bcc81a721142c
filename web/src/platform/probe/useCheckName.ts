import type { CheckProtocolView, CheckView } from "../../api/contract";
import { useItems } from "../../api/hooks";
import { useText } from "../../kit/language";

/** Names of checks; one that was made by itself and is called after its way of asking goes by that. */
export function useCheckName(): (check: CheckView) => string {
  const text = useText();
  const { items } = useItems<CheckProtocolView>("/check-protocols");
  return ({ name, protocol, source }) => {
    const title = items.find((one) => one.name === protocol)?.title;
    return source !== "manual" && title?.en === name ? text(title) : name;
  };
}
