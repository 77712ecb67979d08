// Papers: what a visitor saves and what staff export, as files (docs/protocol.md, section 16.5). The apps load this module
// when a paper is asked for, and then find its function here.

import { papers } from './papers.js';

globalThis.einwurfPapers = papers;
