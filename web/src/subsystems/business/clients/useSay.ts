import { App } from "antd";
import type {
  CampaignMachineResultView,
  CampaignMachineView,
  Items,
  MachineState,
} from "../../../api/contract";
import { useChange } from "../../../api/hooks";
import { useWords } from "../../../kit/language";
import { fill } from "../../../kit/say";
import { orderOf } from "./campaign";
import { words } from "./machineWords";

const NAMED_MAX = 8;

export interface Saying {
  machines: CampaignMachineView[];
  state: MachineState;
  reason: string;
}

/** Says the same of machines of a campaign; those that others changed meanwhile are named. */
export function useSay(campaign: string, onDone: () => void) {
  const said = useWords(words);
  const { message } = App.useApp();
  return useChange<Items<CampaignMachineResultView>, Saying>(
    ({ machines, state, reason }) => ({
      method: "POST",
      path: `/clients/campaigns/${campaign}/machines`,
      body: orderOf(machines, state, reason),
    }),
    {
      touches: ["journal", "tickets", "ticket-counts"],
      onDone: ({ items }) => {
        const refused = items.filter((one) => !one.done);
        const names = refused.map((one) => one.machine?.name ?? one.resource_id);
        if (refused.length > 0) {
          const shown = names.slice(0, NAMED_MAX).join(", ");
          void message.warning(fill(said.refused, { n: refused.length, names: shown }));
        }
        onDone();
      },
    },
  );
}
