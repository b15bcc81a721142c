import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState, useSyncExternalStore } from "react";
import { useWords } from "../../../../kit/language";
import { useSession } from "../../../../shell/session";
import { Keeper } from "./keeper";
import type { Keeping } from "./keeper";
import { nameOf } from "./kept";
import { browserPhotos } from "./photoStore";
import { words } from "./words";

/** What could not be sent is tried again so often, and as soon as there is a network. */
const AGAIN_MS = 10_000;

function refuse(): never {
  throw new Error("nothing can be kept");
}

/** Where it is kept; a browser that allows nothing to be kept takes it as full. */
function browserStore(): Pick<Storage, "getItem" | "setItem" | "removeItem"> {
  try {
    return window.localStorage;
  } catch {
    return { getItem: () => null, setItem: refuse, removeItem: refuse };
  }
}

/** What this browser keeps of a round for whoever is signed in; one page, one round. */
export function useKeeper(round: string): { keeper: Keeper; keeping: Keeping } {
  const { user } = useSession();
  const said = useWords(words);
  const queries = useQueryClient();
  const [keeper] = useState(
    () =>
      new Keeper({
        store: browserStore(),
        name: nameOf(user.id, round),
        round,
        photos: browserPhotos,
        onSent: () => void queries.invalidateQueries({ queryKey: ["duty"] }),
        photo_lost: said.photo_lost,
      }),
  );
  // The network, the clock and the other pages of this browser are outside of React.
  useEffect(() => {
    const send = () => void keeper.send();
    const changed = (event: StorageEvent) => {
      if (event.key === keeper.parts.name) keeper.readAgain();
    };
    const timer = window.setInterval(send, AGAIN_MS);
    window.addEventListener("online", send);
    window.addEventListener("storage", changed);
    return () => {
      window.clearInterval(timer);
      window.removeEventListener("online", send);
      window.removeEventListener("storage", changed);
    };
  }, [keeper]);
  return { keeper, keeping: useSyncExternalStore(keeper.subscribe, keeper.snapshot) };
}
