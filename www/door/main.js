// The door: a page on the company's own server that pins the site's key and opens what a link asks for, by the
// launcher's verification (docs/protocol.md, section 16.3). The widget is opened by the launcher's own code.

import { fragment } from './fragment.js';
import { open } from '../launcher/open.js';
import { button, fail } from './view.js';
import { openStaff } from './staff.js';

button.onclick = () => open(button);

// In somebody else's frame a click could be led astray.
if (top !== self) fail();
else if (!fragment || fragment.startsWith('bundle=')) button.click();
else if (/^(inbox(&|$)|site=|invite=)/.test(fragment)) openStaff(fragment);
// Half a link is no link: nobody is asked for a message instead.
else fail();
