import { CheckOutlined, StopOutlined } from "@ant-design/icons";
import { App, Button, Space } from "antd";
import type { DiscoveredServiceView } from "../../../api/contract";
import { useChange } from "../../../api/hooks";
import { useText, useWords } from "../../../kit/language";
import { Permitted } from "../../../kit/Permitted";
import { fill } from "../../../kit/say";
import { useCan } from "../../../shell/can";
import { words } from "./words";

const TOUCHES = ["resources", "checks", "check-states", "journal"];

/** Accepts or dismisses a discovered service. */
export function Decide(props: { service: DiscoveredServiceView }) {
  const { service } = props;
  const said = useWords(words);
  const text = useText();
  const refusal = useCan()("discovery.change");
  const { message } = App.useApp();
  const decide = useChange<DiscoveredServiceView, "accept" | "dismiss">(
    (verdict) => ({ method: "POST", path: `/discovered-services/${service.id}/${verdict}` }),
    { touches: TOUCHES },
  );
  const send = (verdict: "accept" | "dismiss") =>
    decide.mutate(verdict, { onError: (problem) => void message.error(problem.message) });
  const about = { name: text(service.service.title), port: service.port };
  return (
    <Permitted refusal={refusal}>
      <Space wrap size={[4, 4]}>
        {service.state === "accepted" ? null : (
          <Button
            size="small"
            type="primary"
            icon={<CheckOutlined />}
            disabled={refusal !== null}
            loading={decide.isPending && decide.variables === "accept"}
            aria-label={fill(said.accept_of, about)}
            onClick={() => send("accept")}
          >
            {said.accept}
          </Button>
        )}
        {service.state === "suggested" ? (
          <Button
            size="small"
            icon={<StopOutlined />}
            disabled={refusal !== null}
            loading={decide.isPending && decide.variables === "dismiss"}
            aria-label={fill(said.dismiss_of, about)}
            onClick={() => send("dismiss")}
          >
            {said.dismiss}
          </Button>
        ) : null}
      </Space>
    </Permitted>
  );
}
