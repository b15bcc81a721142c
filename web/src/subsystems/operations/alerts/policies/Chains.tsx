import { Select } from "antd";
import type { ChainView, PageChain } from "../../../../api/contract";
import { useItems } from "../../../../api/hooks";
import { useWords } from "../../../../kit/language";
import { fill } from "../../../../kit/say";
import { useCan } from "../../../../shell/can";
import { words } from "./words";

const CHAINS_MAX = 5;

/** By which chains of escalation people are called: those that are enabled, and those named before. */
export function Chains(props: { id?: string; value?: PageChain[]; onChange?: (all: PageChain[]) => void }) {
  const { id, value = [], onChange } = props;
  const said = useWords(words);
  const reads = useCan()("duty.read") === null;
  const known = useItems<ChainView>(reads ? "/duty/chains" : null);
  const enabled = known.items.filter((one) => one.enabled);
  const names = new Map(value.map((one) => [one.id, one.name]));
  for (const one of known.items) names.set(one.id, one.chain.name);
  // One that was named before and is not enabled any more is said to be so, and can be taken away.
  const lost = value.filter((one) => !enabled.some((chain) => chain.id === one.id));
  const options = [
    ...enabled.map((one) => ({ value: one.id, label: one.chain.name })),
    ...lost.map((one) => ({
      value: one.id,
      label: !known.loading ? fill(said.chain_disabled, { name: names.get(one.id) ?? one.id }) : one.name,
    })),
  ];
  return (
    <Select
      {...(id ? { id } : {})}
      mode="multiple"
      maxCount={CHAINS_MAX}
      showSearch={{ optionFilterProp: "label" }}
      placeholder={said.chains_none}
      value={value.map((one) => one.id)}
      options={options}
      onChange={(ids: string[]) =>
        onChange?.(ids.map((chosen) => ({ id: chosen, name: names.get(chosen) ?? "" })))
      }
    />
  );
}
