import { Alert } from "antd";
import { formatExact } from "../../../kit/format";
import { useLanguage, useWords } from "../../../kit/language";
import { fill } from "../../../kit/say";
import { useNow } from "../../../kit/TimeAgo";
import { useRoleTitle } from "../../../shell/roles";
import { useSession } from "../../../shell/session";
import { words } from "./words";

/** Says on every page that one acts in an emergency, for as long as it goes on. */
export function EmergencyBanner() {
  const said = useWords(words);
  const language = useLanguage();
  const title = useRoleTitle();
  const now = useNow();
  const { emergencies } = useSession();
  const going = emergencies.filter((one) => Date.parse(one.ends_at) > now);
  return going.map((one) => (
    <Alert
      key={one.id}
      banner
      showIcon
      type="error"
      role="status"
      title={fill(said.banner, {
        role: title(one.role),
        time: formatExact(one.ends_at, language),
      })}
    />
  ));
}
