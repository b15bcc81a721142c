import { afterEach, expect, it } from "vitest";
import { nextOf } from "./focusKept";

afterEach(() => {
  document.body.innerHTML = "";
});

/** A dialog with that content, and what comes in it after what has that id. */
function dialogOf(content: string) {
  document.body.innerHTML = `<button id="below">b</button><div id="dialog">${content}</div>`;
  const dialog = document.querySelector("#dialog");
  if (!dialog) throw new Error("no dialog");
  const next = (id: string, back = false) =>
    nextOf(dialog, document.querySelector(`#${id}`), back)?.id ?? null;
  return { next, dialog };
}

const FORM = `
  <button id="close">x</button>
  <input id="name"><button id="clear" tabindex="-1">c</button>
  <button id="cancel">Cancel</button><button id="save">Save</button>
  <button disabled>More</button>`;

it("Tab goes from the last stop to the first, and Shift+Tab the other way", () => {
  const { next } = dialogOf(FORM);
  expect(next("save")).toBe("close");
  expect(next("close", true)).toBe("save");
});

it("between two stops the browser knows the way", () => {
  const { next } = dialogOf(FORM);
  expect(next("close")).toBeNull();
  expect(next("name")).toBeNull();
  expect(next("save", true)).toBeNull();
});

it("from nowhere and from the dialog itself one comes in at the right end", () => {
  const { next, dialog } = dialogOf(FORM);
  expect(nextOf(dialog, document.body, false)?.id).toBe("close");
  expect(nextOf(dialog, document.body, true)?.id).toBe("save");
  expect(next("dialog")).toBeNull();
  expect(next("dialog", true)).toBe("save");
});

it("radio buttons are one stop, and the parts of a day are left to the browser", () => {
  const radios = dialogOf(
    `<input id="name"><input id="a" type="radio" name="r"><input id="b" type="radio" name="r">`,
  );
  expect(radios.next("a")).toBe("name");
  expect(radios.next("b")).toBe("name");
  const day = dialogOf(`<input id="name"><input id="day" type="date">`);
  expect(day.next("day")).toBeNull();
});

it("a list that a field has unfolded elsewhere keeps the focus", () => {
  const { next } = dialogOf(FORM);
  expect(next("below")).toBeNull();
});
