/** Names that stand in queries as they are. */
export const PLAIN_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;

/** What selects a metric: its name where that is one for queries, otherwise in braces. */
export function selectorOf(metric: string): string {
  return PLAIN_NAME.test(metric) ? metric : `{${JSON.stringify(metric)}}`;
}
