import { Alert, Collapse } from "antd";
import type { RightsView } from "../../../api/contract";
import { useOne } from "../../../api/hooks";
import { Card } from "../../../kit/Card";
import { ErrorPanel } from "../../../kit/ErrorPanel";
import { useText, useWords } from "../../../kit/language";
import { fill } from "../../../kit/say";
import { actionWord, nounWord } from "../permissions/permissionWords";
import { words as permissionWords } from "../permissions/words";
import { LinesTable } from "./LinesTable";
import { ScopeText } from "./ScopeText";
import { wayWords } from "./wayWords";
import { words } from "./words";

interface Held {
  permission: string;
  lines: number[];
}

/** The permissions under the noun they are about. */
function byNoun(permissions: readonly Held[]): [string, Held[]][] {
  const nouns = new Map<string, Held[]>();
  for (const held of permissions) {
    const noun = held.permission.split(".")[0] ?? "";
    nouns.set(noun, [...(nouns.get(noun) ?? []), held]);
  }
  return [...nouns];
}

function Permission(props: { held: Held; rights: RightsView }) {
  const { held, rights } = props;
  const said = useWords(words);
  const saidPermissions = useWords(permissionWords);
  const text = useText();
  return (
    <li>
      {actionWord(saidPermissions, held.permission)} <code>{held.permission}</code>
      <ul className="access-why">
        {held.lines.length === 0 ? <li>{said.everybody}</li> : null}
        {held.lines.map((at) => {
          const line = rights.lines[at];
          if (!line) return null;
          return (
            <li key={at}>
              {text(line.role_title)} · <ScopeText scope={line.grant.scope} /> ·{" "}
              {wayWords(said, line.path)}
            </li>
          );
        })}
      </ul>
    </li>
  );
}

/** What a user may do, and why: the grants that reach them, and each permission with its ways. */
export function RightsCard(props: { path: string; title: string; mine: boolean }) {
  const said = useWords(words);
  const saidPermissions = useWords(permissionWords);
  const read = useOne<RightsView>(props.path);
  const rights = read.value;
  const nouns = byNoun(rights?.permissions ?? []);
  return (
    <Card title={props.title}>
      <ErrorPanel problem={read.problem} onRetry={read.reload} />
      {rights?.disabled ? (
        <Alert showIcon type="warning" className="kit-error" title={said.disabled_user} />
      ) : null}
      {rights ? (
        <>
          <LinesTable lines={rights.lines} mine={props.mine} />
          <h3 className="access-below">{said.by_permission}</h3>
          <Collapse
            size="small"
            items={nouns.map(([noun, held]) => ({
              key: noun,
              label: fill(saidPermissions.counted, {
                noun: nounWord(saidPermissions, noun),
                n: held.length,
              }),
              children: (
                <ul className="access-plain">
                  {held.map((one) => (
                    <Permission key={one.permission} held={one} rights={rights} />
                  ))}
                </ul>
              ),
            }))}
          />
        </>
      ) : null}
    </Card>
  );
}
