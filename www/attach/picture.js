// Pictures by the browser's own decoders and encoders.

/** Longest side of a picture that goes out quickly, in pixels. */
export const SIDE = 2_048;
/** Bytes that it has at most, if it can be done. */
export const GOAL = 500_000;
const QUALITIES = [0.86, 0.76, 0.66, 0.56];
const SHRINK = 0.75;
/** Below this side nothing is made smaller for the sake of bytes. */
const SMALLEST = 1_024;

/** Kinds that every browser of today shows. */
export const pictures = { everywhere: ['jpg', 'png', 'webp', 'gif'] };

/** The decoded picture, the right way up. */
export async function drawn(blob) {
  try {
    return await createImageBitmap(blob, { imageOrientation: 'from-image' });
  } catch (error) {
    // A browser that does not know this choice would draw pictures as they lie; its images stand upright.
    if (error instanceof TypeError) return upright(blob);
    throw error;
  }
}

async function upright(blob) {
  const image = new Image();
  image.src = URL.createObjectURL(blob);
  try {
    await image.decode();
    return image;
  } finally {
    URL.revokeObjectURL(image.src);
  }
}

/** Width and height with a longest side. */
export function sides({ width, height }, longest) {
  const scale = Math.min(1, longest / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** Whether a file is small enough as it is. */
export const fits = (file, { width, height }) => file.size <= GOAL && Math.max(width, height) <= SIDE;

/** A canvas with the picture on it, and on top of it what `over` draws. */
export function canvasOf(bitmap, longest, over) {
  const canvas = Object.assign(document.createElement('canvas'), sides(bitmap, longest));
  const context = canvas.getContext('2d');
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  over?.(context, canvas);
  return canvas;
}

/** The picture in few bytes: a drawing or a screen shot as PNG where that is small, everything else as JPEG. */
export async function encoded(bitmap, kind, over) {
  if (kind === 'png') {
    const png = await blobOf(canvasOf(bitmap, SIDE, over), 'image/png');
    if (png.size <= GOAL) return png;
  }
  for (let longest = SIDE; ; longest *= SHRINK) {
    const canvas = canvasOf(bitmap, longest, over);
    onWhite(canvas);
    for (const quality of QUALITIES) {
      const jpeg = await blobOf(canvas, 'image/jpeg', quality);
      const last = quality === QUALITIES.at(-1) && longest * SHRINK < SMALLEST;
      if (jpeg.size <= GOAL || last) return jpeg;
    }
  }
}

/** JPEG has no transparency; without this it would turn black. */
function onWhite(canvas) {
  const context = canvas.getContext('2d');
  context.globalCompositeOperation = 'destination-over';
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
}

function blobOf(canvas, type, quality) {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob?.type === type ? resolve(blob) : reject('failed')), type, quality);
  });
}

let truth;

/** Whether a canvas gives back what was drawn: browsers that hide from trackers give noise, and nobody wants to send it. */
export function trustworthy() {
  truth ??= says();
  return truth;
}

function says() {
  const canvas = Object.assign(document.createElement('canvas'), { width: 16, height: 16 });
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.fillStyle = 'rgb(200, 100, 50)';
  context.fillRect(0, 0, 16, 16);
  const { data } = context.getImageData(0, 0, 16, 16);
  const near = (value, wanted) => Math.abs(value - wanted) < 8;
  return data.every((value, at) => near(value, [200, 100, 50, 255][at % 4]));
}
