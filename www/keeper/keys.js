// Keys that cannot be extracted, in IndexedDB. A database that holds none is deleted, and asking makes none.

const DATABASE = 'einwurf';
const KEYS = 'keys';

const result = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

// None if there is no database and none is to be made.
const open = async (make) => {
  const request = indexedDB.open(DATABASE, 1);
  let missing = false;
  request.onupgradeneeded = () => {
    if (make) return request.result.createObjectStore(KEYS);
    // What is aborted while it is made is not made.
    missing = true;
    request.transaction.abort();
  };
  try {
    const database = await result(request);
    // Another tab deletes it.
    database.onversionchange = () => database.close();
    return database;
  } catch (error) {
    if (missing) return null;
    throw error;
  }
};

// Runs `work` on the keys, and is done once that is on the disk. A page that is left meanwhile may be kept for the way
// back: Safari keeps it with its work unfinished, and every page after it would wait for that. So it gives up, and what
// was there before stays.
const within = async (mode, make, work) => {
  const database = await open(make);
  if (!database) return undefined;
  try {
    const transaction = database.transaction(KEYS, mode);
    const left = new AbortController();
    const done = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
    }).finally(() => left.abort());
    const giveUp = () => {
      try {
        transaction.abort();
      } catch {
        // It is about to be done.
      }
    };
    addEventListener('pagehide', giveUp, left);
    const [answer] = await Promise.all([work(transaction.objectStore(KEYS)), done]);
    return answer;
  } finally {
    database.close();
  }
};

/** The key of this id with its end; undefined if there is none. */
export const getKey = (id) => within('readonly', false, (keys) => result(keys.get(id)));

/** Keeps `{key, end}`. */
export const putKey = (id, held) => within('readwrite', true, (keys) => result(keys.put(held, id)));

/** Forgets a key. */
export const deleteKey = (id) => within('readwrite', false, (keys) => result(keys.delete(id)));

/** Forgets every key whose end has come, and the database if none is left. */
export const sweep = async (now) => {
  const left = await within('readwrite', false, async (keys) => {
    for (const id of await result(keys.getAllKeys())) {
      if ((await result(keys.get(id))).end <= now) await result(keys.delete(id));
    }
    return result(keys.count());
  });
  // Without locks another tab might put one in between.
  if (left === 0 && navigator.locks) await result(indexedDB.deleteDatabase(DATABASE));
};
