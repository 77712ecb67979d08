// Parts of sealed files to the relay and from it. A break costs one part; a refusal is told by the relay's word.

/**
 * Where parts go to or come from.
 * @typedef {object} Target
 * @property {string} relay origin
 * @property {string} path `/v1/attachment` or `/v1/inbox/attachment`
 * @property {object | (() => object | Promise<object>)} headers credentials; a function is asked before every request
 */

/** Waits between tries, in ms: together about a minute. */
const WAITS = [500, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000];
/** A part that takes longer than this is tried again. */
const LONGEST = 120_000;
const LANES = 2;

/**
 * Sends what is missing of a sealed file.
 * @param {{attachment: {id: string}, bytes: number, parts: Blob[]}} sealed
 * @param {Target} target
 * @param {{missing?: number[], signal?: AbortSignal, onprogress?: (done: number, all: number) => void}} [options]
 */
export async function upload(sealed, target, { missing, signal, onprogress } = {}) {
  const queue = missing ? [...missing] : [...sealed.parts.keys()];
  if (queue.some((part) => !sealed.parts[part])) throw 'failed';
  let done = sealed.bytes - queue.reduce((sum, part) => sum + sealed.parts[part].size, 0);
  onprogress?.(done, sealed.bytes);
  const stop = following(signal);
  const lane = async () => {
    for (let part; (part = queue.shift()) !== undefined; ) {
      const body = sealed.parts[part];
      await tried('PUT', target, sealed.attachment.id, part, body, stop.signal);
      done += body.size;
      onprogress?.(done, sealed.bytes);
    }
  };
  try {
    await Promise.all(Array.from({ length: LANES }, lane));
  } catch (error) {
    // The other lane would go on for nothing.
    stop.abort();
    throw signal?.aborted ? 'aborted' : error;
  } finally {
    stop.forget();
  }
}

/** One part of a file, of the length that it must have. */
export async function fetchPart(target, id, part, length, signal) {
  const answer = await tried('GET', target, id, part, undefined, signal);
  if (answer.byteLength !== length) throw 'broken';
  return new Uint8Array(answer);
}

async function tried(method, target, id, part, body, signal) {
  for (let count = 0; ; count += 1) {
    const outcome = await once(method, target, id, part, body, signal);
    if (outcome.content) return outcome.content;
    if (signal?.aborted) throw 'aborted';
    if (!outcome.again || count === WAITS.length) throw outcome.word;
    await pause(WAITS[count], signal);
  }
}

async function once(method, { relay, path, headers }, id, part, body, signal) {
  const given = typeof headers === 'function' ? await headers() : headers;
  const stop = following(signal);
  const clock = setTimeout(() => stop.abort(), LONGEST);
  try {
    const answer = await fetch(relay + path, {
      method,
      body,
      headers: {
        ...given,
        'einwurf-attachment': id,
        'einwurf-part': String(part),
        ...(body && { 'content-type': 'application/octet-stream' }),
      },
      signal: stop.signal,
      mode: 'cors',
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error',
      referrerPolicy: 'no-referrer',
    });
    if (answer.ok) return { content: await answer.arrayBuffer() };
    return refused(answer.status, method, await answer.json().catch(() => ({})));
  } catch {
    return { again: true, word: 'network' };
  } finally {
    clearTimeout(clock);
    stop.forget();
  }
}

/** What the relay says. Its words are of a known form; nothing else of it is passed on. */
function refused(status, method, problem) {
  const code = /^[a-z][a-z-]{1,40}$/.test(problem?.code) ? problem.code : '';
  if (status >= 500) return { again: true, word: 'network' };
  // Too fast is over soon; a full conversation is not.
  if (status === 429) return { again: code !== 'limit-reached', word: code ? `relay:${code}` : 'network' };
  if (status === 404 && method === 'GET') return { word: 'missing' };
  return { word: code ? `relay:${code}` : 'failed' };
}

/** A controller that stops with another signal, too. */
function following(signal) {
  const controller = new AbortController();
  const stop = () => controller.abort();
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop);
  return {
    signal: controller.signal,
    abort: stop,
    forget: () => signal?.removeEventListener('abort', stop),
  };
}

/** Ends early when the network comes back, or when nobody wants to go on. */
function pause(time, signal) {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(clock);
      globalThis.removeEventListener?.('online', end);
      signal?.removeEventListener('abort', end);
      signal?.aborted ? reject('aborted') : resolve();
    };
    const clock = setTimeout(end, time);
    globalThis.addEventListener?.('online', end);
    signal?.addEventListener('abort', end);
    if (signal?.aborted) end();
  });
}
