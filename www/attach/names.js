// Names of files: neutral ones for what goes out, harmless ones for what came.

/** Endings by media type, without the dot. The first is the usual one. */
export const ENDINGS = {
  'image/jpeg': ['jpg', 'jpeg'],
  'image/png': ['png'],
  'image/webp': ['webp'],
  'image/gif': ['gif'],
  'image/heic': ['heic', 'heif'],
  'image/avif': ['avif'],
  'video/mp4': ['mp4', 'm4v'],
  'video/quicktime': ['mov'],
  'application/pdf': ['pdf'],
  'text/plain': ['txt'],
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': ['docx'],
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': ['xlsx'],
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': ['pptx'],
  'application/vnd.oasis.opendocument.text': ['odt'],
  'application/vnd.oasis.opendocument.spreadsheet': ['ods'],
  'application/vnd.oasis.opendocument.presentation': ['odp'],
  'application/msword': ['doc'],
  'application/vnd.ms-excel': ['xls'],
  'application/vnd.ms-powerpoint': ['ppt'],
  'application/rtf': ['rtf'],
};

const LONGEST = 80;
// What turns the order of letters around or cannot be seen, and what file systems read as something else.
const HARMFUL = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}/\\:*?"<>|]/gu;

/**
 * The neutral name of a file that goes out: `bild-1.jpg`.
 * @param {{kind: string, picture: boolean, video: boolean}} found
 * @param {{picture?: string, video?: string, document?: string}} [words] in the reader's language
 */
export function neutral({ kind, picture, video }, words = {}, number = 1) {
  const word = picture ? (words.picture ?? 'bild') : video ? (words.video ?? 'video') : (words.document ?? 'dokument');
  return `${word}-${number}.${kind}`;
}

/**
 * A name that came with a message, made harmless: one line, no path, and an ending that its content has.
 * @param {string} given
 * @param {string} mediaType found by content; another than those that are known ends in `.bin`
 */
export function name(given, mediaType, fallback = 'datei') {
  const endings = Object.hasOwn(ENDINGS, mediaType) ? ENDINGS[mediaType] : ['bin'];
  const text = String(given).replace(HARMFUL, '').trim();
  const dot = text.lastIndexOf('.');
  const fits = dot > 0 && endings.includes(text.slice(dot + 1).toLowerCase());
  const letters = [...(fits ? text.slice(0, dot) : text)].slice(0, LONGEST).join('');
  // A leading dot hides a file, a trailing one is dropped by some systems together with what looked like the ending.
  const stem = letters.replace(/^[.\s]+|[.\s]+$/g, '') || fallback;
  return `${stem}.${fits ? text.slice(dot + 1).toLowerCase() : endings[0]}`;
}
