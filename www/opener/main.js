// The opener: what only a click needs of the launcher, as a file of the same release that the launcher pins by its hash.
// It runs once for each attempt (docs/protocol.md, section 16.1).

import { seat } from './seat.js';
import { dress } from './style.js';

const { currentScript } = document;
const { asked } = currentScript;
const [dialog] = asked;
// The element leads to the dialog, which no other script of the page needs to find.
currentScript.remove();
dress(dialog.getRootNode());
seat(asked);
