// The widget's frame and its document (docs/protocol.md, section 16.1).

const SANDBOX = 'allow-downloads allow-scripts allow-forms allow-popups allow-popups-to-escape-sandbox';

// What nobody uses there. The frame has no origin, so it would be refused anyway; this way even if a browser sees that
// otherwise, and whatever the page itself allows.
const REFUSED = [
  'accelerometer',
  'autoplay',
  'camera',
  'display-capture',
  'encrypted-media',
  'fullscreen',
  'gamepad',
  'geolocation',
  'gyroscope',
  'hid',
  'identity-credentials-get',
  'idle-detection',
  'local-fonts',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'picture-in-picture',
  'publickey-credentials-create',
  'publickey-credentials-get',
  'screen-wake-lock',
  'serial',
  'storage-access',
  'usb',
  'xr-spatial-tracking',
];

/** The value of the frame's `allow`: it may hand the visitor's private link to the clipboard and to the share sheet.
 * A function: what is made when a module is read would stay in the launcher, which never asks for it. */
export const allow = () =>
  ['clipboard-write', 'web-share', ...REFUSED.map((feature) => feature + " 'none'")].join(';');

/** The frame's document: a policy, the configuration, one module pinned by its hash, and what it will fetch (with the same
 * hashes), so that this is on its way before the module runs. */
export const page = (given, script, files, nonce) => {
  const { relay } = given;
  const config = JSON.stringify(given).replaceAll('<', '\\u003c');
  return (
    `<!doctype html><meta http-equiv=Content-Security-Policy content="default-src 'none';base-uri 'none';` +
    `form-action 'none';img-src data: blob:;script-src ${relay} 'wasm-unsafe-eval';connect-src ${relay} ws${relay.slice(4)}">` +
    `<meta name=referrer content=no-referrer><script type=application/json id=einwurf>${config}</script>` +
    `<script type=module crossorigin integrity="${script.sri}" src="${relay}${script.path}" nonce="${nonce}"></script>` +
    files
      .map(({ path, sri }) => `<link rel=preload as=fetch crossorigin integrity="${sri}" href="${relay}${path}">`)
      .join('')
  );
};

/** The frame, not in a document yet. */
export const makeFrame = (title, srcdoc) =>
  Object.assign(document.createElement('iframe'), { sandbox: SANDBOX, allow: allow(), title, srcdoc });
