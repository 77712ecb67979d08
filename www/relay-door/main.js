// The relay's own door for visitors whose company has none (docs/protocol.md, section 16.3). It pins nothing, and says so:
// whoever uses it trusts the operator. The fragment names the site, and may bring a conversation.

import '../door/fragment.js';
import { open } from '../launcher/open.js';
import { snippet } from './snippet.js';
import { button, fail, introduce } from './view.js';

button.onclick = () => open(button);

const base64 = (text) => text.replaceAll('-', '+').replaceAll('_', '/');

// What this page calls itself. The widget is opened by the launcher's code, which verifies what it is handed.
const said = async () => {
  const answer = await fetch('/v1/manifest', {
    signal: AbortSignal.timeout(15000),
    referrerPolicy: 'no-referrer',
    headers: { 'einwurf-site': snippet.site },
  });
  const [, payload] = (await answer.text()).split('.');
  return JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(base64(payload)), (char) => char.charCodeAt())));
};

const start = async () => {
  // In somebody else's frame a click could be led astray.
  if (top !== self || !snippet.site) throw new Error('no link');
  const { display, notices } = await said();
  const own = notices.find(({ register }) => register.startsWith(navigator.language.slice(0, 2)));
  Object.assign(snippet, display, own ?? notices[0]);
  introduce();
  button.click();
};

start().catch(fail);
