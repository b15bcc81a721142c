/** What a `ref` gives back: it undoes what it did. */
type Undo = () => void;

function welcomed(event: DragEvent): void {
  event.preventDefault();
}

/** A `ref` of something that can be dragged; what it is is kept by whoever is told. */
export function dragSource(name: string, onStart: () => void, onEnd: () => void) {
  const start = (event: DragEvent) => {
    event.dataTransfer?.setData("text/plain", name);
    onStart();
  };
  return (element: HTMLElement | null): Undo | undefined => {
    if (!element) return undefined;
    element.draggable = true;
    element.addEventListener("dragstart", start);
    element.addEventListener("dragend", onEnd);
    return () => {
      element.removeEventListener("dragstart", start);
      element.removeEventListener("dragend", onEnd);
    };
  };
}

/** A `ref` of a place where things are dropped, as long as it welcomes what is dragged. */
export function dropTarget(welcome: boolean, onDrop: () => void) {
  const drop = (event: DragEvent) => {
    event.preventDefault();
    onDrop();
  };
  return (element: HTMLElement | null): Undo | undefined => {
    if (!element || !welcome) return undefined;
    element.addEventListener("dragover", welcomed);
    element.addEventListener("drop", drop);
    return () => {
      element.removeEventListener("dragover", welcomed);
      element.removeEventListener("drop", drop);
    };
  };
}
