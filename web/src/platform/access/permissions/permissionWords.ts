/** What a permission is about, in words; a noun without a word goes by itself. */
export function nounWord(said: Record<string, string>, noun: string): string {
  return said[noun] ?? noun;
}

/** What a permission lets do with it. */
export function actionWord(said: Record<string, string>, permission: string): string {
  const [, action = ""] = permission.split(".");
  return said[`.${action}`] ?? action;
}

/** A permission in words, with its name: `Resources · change · resource.change`. */
export function permissionText(said: Record<string, string>, permission: string): string {
  const [noun = ""] = permission.split(".");
  return `${nounWord(said, noun)} · ${actionWord(said, permission)} · ${permission}`;
}
