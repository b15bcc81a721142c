import { useMutation } from "@tanstack/react-query";
import { App, Button, Modal, Space } from "antd";
import { useState } from "react";
import type { ReactNode } from "react";
import { ask } from "../../../api/client";
import type { TicketPageView, TicketTransitionView, TicketView } from "../../../api/contract";
import type { Problem } from "../../../api/problem";
import { useText, useWords } from "../../../kit/language";
import { fill } from "../../../kit/say";
import { words } from "./boardWords";
import { asksNothing, MoveDialog } from "./MoveDialog";
import { moveOf, useDirect } from "./useDirect";

interface Wanted {
  seen: TicketView;
  ways: TicketTransitionView[];
}

/** Several ways lead to the same column: which one is meant? */
function Which(props: {
  wanted: Wanted;
  onChoose: (way: TicketTransitionView) => void;
  onClose: () => void;
}) {
  const { wanted, onChoose, onClose } = props;
  const said = useWords(words);
  const text = useText();
  return (
    <Modal
      open
      title={fill(said.which, { number: wanted.seen.number })}
      footer={null}
      onCancel={onClose}
    >
      <Space wrap>
        {wanted.ways.map((way) => (
          <Button key={way.key} onClick={() => onChoose(way)}>
            {text(way.name)}
          </Button>
        ))}
      </Space>
    </Modal>
  );
}

/**
 * Moves tickets of a list by ways of their types: asks the server which of them the person may take,
 * then does it at once or asks for what the way needs. `dialog` belongs into the page.
 */
export function useBoardMove(): {
  move: (seen: TicketView, ways: TicketTransitionView[]) => void;
  dialog: ReactNode;
} {
  const said = useWords(words);
  const text = useText();
  const { message } = App.useApp();
  const direct = useDirect();
  const [which, setWhich] = useState<Wanted | null>(null);
  const [asked, setAsked] = useState<{ ticket: TicketPageView; way: TicketTransitionView } | null>(
    null,
  );
  const find = useMutation<TicketPageView, Problem, Wanted>({
    mutationFn: ({ seen }) => ask<TicketPageView>({ method: "GET", path: `/tickets/${seen.id}` }),
    onError: (problem) => void message.error(problem.message),
    onSuccess: (page, { seen, ways }) => {
      const found = page.ways.filter((one) =>
        ways.some((way) => way.key === one.transition.key),
      );
      const open = found.filter((one) => one.permitted).map((one) => one.transition);
      const [way, other] = open;
      if (!way) {
        const refusal = found.length > 0 ? said.not_permitted : said.moved_meanwhile;
        return void message.error(fill(refusal, { number: seen.number }));
      }
      if (other) return setWhich({ seen, ways: open });
      // What others did since it was seen is told when it is sent.
      if (asksNothing(way)) return direct.send(seen, moveOf(way, text(way.name)));
      setAsked({ ticket: { ...page, version: seen.version }, way });
    },
  });
  const move = (seen: TicketView, ways: TicketTransitionView[]) => find.mutate({ seen, ways });
  const dialog = (
    <>
      {which ? (
        <Which
          wanted={which}
          onClose={() => setWhich(null)}
          onChoose={(way) => {
            setWhich(null);
            move(which.seen, [way]);
          }}
        />
      ) : null}
      {asked ? <MoveDialog {...asked} onClose={() => setAsked(null)} /> : null}
      {direct.dialog}
    </>
  );
  return { move, dialog };
}
