const DATABASE = "mainstay.photos";
const STORE = "photos";
const THUMBNAIL_PX = 96;

/** Photos that are not sent yet, by their names on the phone: too large for the local storage. */
export interface PhotoStore {
  put: (name: string, photo: Blob) => Promise<void>;
  get: (name: string) => Promise<Blob | null>;
  remove: (name: string) => Promise<void>;
}

function opened(): Promise<IDBDatabase> {
  return new Promise((done, refuse) => {
    const opening = indexedDB.open(DATABASE, 1);
    opening.addEventListener("upgradeneeded", () => opening.result.createObjectStore(STORE));
    opening.addEventListener("success", () => done(opening.result));
    opening.addEventListener("error", () => refuse(opening.error));
  });
}

async function within<T>(
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const database = await opened();
  try {
    return await new Promise<T>((done, refuse) => {
      const transaction = database.transaction(STORE, mode);
      const asked = work(transaction.objectStore(STORE));
      // Only a whole transaction is on the disk.
      transaction.addEventListener("complete", () => done(asked.result));
      transaction.addEventListener("abort", () => refuse(transaction.error));
      transaction.addEventListener("error", () => refuse(transaction.error));
    });
  } finally {
    database.close();
  }
}

/** The photos kept by this browser: they outlive the page. */
export const browserPhotos: PhotoStore = {
  put: async (name, photo) => {
    await within("readwrite", (store) => store.put(photo, name));
  },
  get: async (name) => {
    const found: unknown = await within("readonly", (store) => store.get(name));
    return found instanceof Blob ? found : null;
  },
  remove: async (name) => {
    await within("readwrite", (store) => store.delete(name));
  },
};

/** A small picture of a photo as a data address; empty where the browser cannot read it. */
export async function thumbnailOf(photo: Blob): Promise<string> {
  try {
    const picture = await createImageBitmap(photo, {
      resizeWidth: THUMBNAIL_PX,
      resizeQuality: "medium",
    });
    const canvas = document.createElement("canvas");
    canvas.width = picture.width;
    canvas.height = picture.height;
    canvas.getContext("2d")?.drawImage(picture, 0, 0);
    picture.close();
    return canvas.toDataURL("image/jpeg", 0.7);
  } catch {
    return "";
  }
}
