import type { ChannelView } from "../../api/contract";
import { useChange } from "../../api/hooks";
import { ConfirmDanger } from "../../kit/ConfirmDanger";
import { useWords } from "../../kit/language";
import { fill } from "../../kit/say";
import { useCan } from "../../shell/can";
import { words } from "./words";

/** Removes a channel; what waits for it is given up. */
export function RemoveChannel(props: { channel: ChannelView }) {
  const { id, name, kind, version, waiting } = props.channel;
  const said = useWords(words);
  const refusal = useCan()("channel.change");
  const remove = useChange<null>(() => ({ method: "DELETE", path: `/channels/${id}`, version }), {
    touches: ["messages"],
  });
  return (
    <ConfirmDanger
      small
      action={said.remove}
      title={fill(said.channel_remove, { name })}
      running={remove.isPending}
      problem={remove.error}
      refusal={kind === "in_app" ? said.in_app_stays : refusal}
      onConfirm={() => remove.mutateAsync()}
    >
      {fill(said.channel_remove_what, { name, waiting })}
    </ConfirmDanger>
  );
}
