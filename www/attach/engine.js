// The two parts in WebAssembly: one for everything, one that cleans PDF and is fetched with the first of them.
import { Opener, Raw, Sealer, initSync } from 'einwurf:attach';
import { Raw as PdfRaw, initSync as initPdf } from 'einwurf:attach-pdf';

export { Opener, Raw, Sealer };

let place, started, pdf;

/**
 * @param {{relay: string, wasm: {path: string, sri: string}, pdf: {path: string, sri: string}}} given as the manifest
 *   names them
 */
export async function start(given) {
  place ??= given;
  // A network that was away may be back: only what worked is kept.
  started ??= fetched(place.wasm).then((module) => void initSync({ module }));
  await started.catch((error) => {
    started = undefined;
    throw error;
  });
}

/** `Raw` of the part for PDF. */
export async function forPdf() {
  pdf ??= fetched(place.pdf).then((module) => void initPdf({ module }));
  await pdf.catch((error) => {
    pdf = undefined;
    throw error;
  });
  return PdfRaw;
}

async function fetched({ path, sri }) {
  try {
    const answer = await fetch(place.relay + path, {
      integrity: sri,
      mode: 'cors',
      credentials: 'omit',
      redirect: 'error',
      referrerPolicy: 'no-referrer',
    });
    if (!answer.ok) throw 0;
    return await WebAssembly.compile(await answer.arrayBuffer());
  } catch {
    throw 'network';
  }
}
