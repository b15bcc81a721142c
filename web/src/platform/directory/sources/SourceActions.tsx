import { App, Button, Space } from "antd";
import type { DirectorySourceView, DirectorySyncView } from "../../../api/contract";
import { useChange } from "../../../api/hooks";
import { ConfirmDanger } from "../../../kit/ConfirmDanger";
import { ErrorPanel } from "../../../kit/ErrorPanel";
import { useWords } from "../../../kit/language";
import { Permitted } from "../../../kit/Permitted";
import { fill } from "../../../kit/say";
import { useCanEverywhere } from "../../../shell/can";
import { words as signInWords } from "./signInWords";
import { words } from "./words";

const TOUCHES = ["people", "holdings", "journal"];

/** Tries, runs, changes and removes a source. */
export function SourceActions(props: {
  source: DirectorySourceView;
  onEdit: () => void;
  onSignIn: () => void;
}) {
  const { source } = props;
  const said = useWords(words);
  const signing = useWords(signInWords);
  const can = useCanEverywhere();
  const refusal = can("directory.change");
  const vouching = can("provider.change");
  const { message } = App.useApp();
  const path = `/directory/sources/${source.id}`;
  // A run that takes long is answered without a report.
  const sync = useChange<DirectorySyncView | null, boolean>(
    (dry_run) => ({ method: "POST", path: `${path}/sync`, query: { dry_run } }),
    {
      touches: TOUCHES,
      onDone: (report) => {
        if (report === null) void message.info(said.slow);
      },
    },
  );
  const remove = useChange<null>(() => ({ method: "DELETE", path }));
  const disabled = refusal !== null;
  const run = (dry_run: boolean, word: string) => (
    <Permitted refusal={refusal}>
      <Button
        size="small"
        disabled={disabled}
        loading={sync.isPending && sync.variables === dry_run}
        onClick={() => sync.mutate(dry_run)}
      >
        {word}
      </Button>
    </Permitted>
  );
  return (
    <>
      <Space wrap>
        {run(true, said.try)}
        {run(false, said.run)}
        <Permitted refusal={refusal}>
          <Button size="small" disabled={disabled} onClick={props.onEdit}>
            {said.edit}
          </Button>
        </Permitted>
        <Permitted refusal={vouching}>
          <Button size="small" disabled={vouching !== null} onClick={props.onSignIn}>
            {signing.action}
          </Button>
        </Permitted>
        <ConfirmDanger
          small
          action={said.remove}
          title={fill(said.remove_of, { name: source.name })}
          running={remove.isPending}
          problem={remove.error}
          refusal={refusal}
          onConfirm={() => remove.mutateAsync()}
        >
          {said.remove_what}
        </ConfirmDanger>
      </Space>
      <ErrorPanel problem={sync.error} />
    </>
  );
}
