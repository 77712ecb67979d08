// What the walk through the galleries asks of a page: installed once, kept in `window.judge`. Every function answers faults
// as sentences, so that a test prints them as they are.
window.judge = (() => {
  const NAMED = 'a[href], button, input, select, textarea, summary, label.pick, [tabindex]:not([tabindex="-1"])';
  const name = (one) => {
    const own = one.id ? `#${one.id}` : [...one.classList].map((part) => `.${part}`).join('');
    const said = (one.getAttribute('aria-label') ?? one.textContent ?? '').trim().replace(/\s+/g, ' ');
    return `${one.localName}${own} "${said.slice(0, 40)}"`;
  };
  const shown = (one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest('[inert]');
  const dialog = () => document.querySelector('dialog:modal') ?? document.body;
  const within = (selector) => [...dialog().querySelectorAll(selector)].filter(shown);
  // What is only said aloud, and what is drawn.
  const unseen = (one) => {
    if (one.closest('svg, .skip:not(:focus)')) return true;
    for (let up = one; up; up = up.parentElement) if (getComputedStyle(up).clipPath === 'inset(50%)') return true;
    return false;
  };

  // Nothing is out of the window, and the page does not scroll sideways.
  const fits = () => {
    const out = within('*').filter((one) => {
      if (unseen(one)) return false;
      const { left, right } = one.getBoundingClientRect();
      return (right > innerWidth + 1 || left < -1) && !inside(one);
    });
    const faults = out.map((one) => `out of the window: ${name(one)}`);
    if (document.scrollingElement.scrollWidth > innerWidth) faults.push('scrolls sideways');
    return faults;
  };
  // What scrolls sideways by itself, such as code, holds what is wider.
  const inside = (one) => {
    for (let up = one.parentElement; up && up !== document.body; up = up.parentElement)
      if (/auto|scroll/.test(getComputedStyle(up).overflowX) && up.scrollWidth > up.clientWidth && up.tabIndex >= 0) return true;
    return false;
  };

  // Lines of text: their boxes, as far as they are not scrolled or cut away.
  const lines = () => {
    const found = [];
    const walk = document.createTreeWalker(dialog(), NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      const text = walk.currentNode, parent = text.parentElement;
      if (!text.data.trim() || !shown(parent) || unseen(parent) || parent.closest('option, textarea')) continue;
      const range = document.createRange();
      range.selectNodeContents(text);
      for (const box of range.getClientRects()) {
        const part = visible(box, parent);
        if (part.right - part.left > 1) found.push({ box: part, parent });
      }
    }
    return found;
  };
  const visible = ({ left, right, top, bottom, height }, parent) => {
    const style = getComputedStyle(parent);
    if (!/hidden|clip/.test(style.overflowX)) return { left, right, top, bottom, height };
    const clip = parent.getBoundingClientRect();
    return { left: Math.max(left, clip.left), right: Math.min(right, clip.right), top, bottom, height };
  };
  // What scrolls together; what lies over the page scrolls with nothing.
  const scroller = (one) => {
    for (let up = one; up; up = up.parentElement) {
      const { overflowY, position } = getComputedStyle(up);
      if (/fixed|sticky/.test(position) || up !== one && /auto|scroll/.test(overflowY)) return up;
    }
    return document.documentElement;
  };
  // In a list of conversations the beginning of a message, a long name or a label ends in dots; all of it is one step further.
  const preview = (one) => one.matches('.rows *, .chip *') && getComputedStyle(one).textOverflow === 'ellipsis';
  // No line lies on another one, and no text is cut off by its box.
  const legible = () => {
    const faults = [];
    const all = lines();
    const scrollers = new Map(all.map((line) => [line, scroller(line.parent)]));
    const deep = 3;
    all.forEach((one, at) => {
      for (const two of all.slice(at + 1)) {
        if (one.parent === two.parent || scrollers.get(one) !== scrollers.get(two)) continue;
        const wide = Math.min(one.box.right, two.box.right) - Math.max(one.box.left, two.box.left);
        const high = Math.min(one.box.bottom, two.box.bottom) - Math.max(one.box.top, two.box.top);
        // Boxes of lines are higher than their letters.
        const slack = Math.max(deep, 0.3 * Math.min(one.box.height, two.box.height));
        if (wide > 1 && high > slack) faults.push(`${name(one.parent)} lies on ${name(two.parent)}`);
      }
    });
    for (const one of within('*')) {
      if (unseen(one) || one.matches('textarea, select, input, option, progress')) continue;
      const style = getComputedStyle(one);
      const own = [...one.childNodes].some((kid) => kid.nodeType === Node.TEXT_NODE && kid.data.trim());
      if (!own || preview(one)) continue;
      const cut = /hidden|clip/;
      if (cut.test(style.overflowX) && one.scrollWidth > one.clientWidth + 1) faults.push(`cut off: ${name(one)}`);
      // Letters may reach a little out of a low line.
      else if (cut.test(style.overflowY) && one.scrollHeight > one.clientHeight + 0.5 * parseFloat(style.fontSize)) faults.push(`cut off: ${name(one)}`);
    }
    return [...new Set(faults)];
  };

  // A link within a sentence is as high as its line (WCAG 2.5.8, exception "inline").
  const inline = (one) =>
    one.localName === 'a' && getComputedStyle(one).display === 'inline' &&
    one.parentElement.textContent.trim().length > one.textContent.trim().length;
  const target = (one) => (one.matches('input') ? one.closest('label') ?? document.querySelector(`label[for="${one.id}"]`) : null);
  // Controls are as large as a finger, or as `least` says.
  const targets = (least) =>
    within(NAMED).filter((one) => {
      if (inline(one) || unseen(one) || one.ariaDisabled === 'true' || one.matches('[tabindex]:not(a, button, input, select, textarea, summary)')) return false;
      const boxes = [one, target(one)].filter(Boolean).map((each) => each.getBoundingClientRect());
      return boxes.every(({ width, height }) => Math.round(width) < least || Math.round(height) < least);
    }).map((one) => {
      const { width, height } = (target(one) ?? one).getBoundingClientRect();
      return `${Math.round(width)} × ${Math.round(height)} px: ${name(one)}`;
    });

  // What Tab has to reach, in the order of the document.
  const stops = () => {
    const all = within('a[href], button, input, select, textarea, summary, [tabindex]').filter((one) =>
      one.tabIndex >= 0 && !one.disabled && one.type !== 'hidden' && one.checkVisibility({ contentVisibilityAuto: true }));
    const groups = new Map();
    return all.filter((one) => {
      if (one.type !== 'radio' || !one.name) return true;
      const group = all.filter((other) => other.type === 'radio' && other.name === one.name && other.form === one.form);
      const first = group.find((other) => other.checked) ?? group[0];
      return first === one;
    });
  };

  const parse = (colour) => {
    const parts = colour.match(/[\d.]+%?/g) ?? [];
    const [r, g, b, a = '1'] = parts;
    const scale = colour.startsWith('color(') ? 255 : 1;
    return [r * scale, g * scale, b * scale, Number(a)];
  };
  const behind = (one) => {
    let over = [0, 0, 0, 0];
    for (let up = one; up; up = up.parentElement) {
      const [r, g, b, a] = parse(getComputedStyle(up).backgroundColor);
      const rest = 1 - over[3];
      over = [over[0] + r * a * rest, over[1] + g * a * rest, over[2] + b * a * rest, over[3] + a * rest];
      if (over[3] > 0.99) return over;
    }
    const page = matchMedia('(prefers-color-scheme: dark)').matches ? 0 : 255;
    return over.map((part) => part + page * (1 - over[3]));
  };
  const light = ([r, g, b]) => {
    const linear = [r, g, b].map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  };
  const contrast = (one, two) => {
    const [low, high] = [light(one), light(two)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  // The ring of the focus: on the element, or on the label that stands for it.
  const ring = (one) => {
    const bearers = [one, one.closest('label'), one.nextElementSibling, one.parentElement].filter(Boolean);
    for (const each of bearers) {
      const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(each);
      if (outlineStyle === 'none' || parseFloat(outlineWidth) < 2) continue;
      const measured = contrast(parse(outlineColor), behind(each.parentElement ?? each));
      return measured < 3 ? [`the ring has ${measured.toFixed(2)}: 1 around ${name(one)}`] : [];
    }
    return [`no ring around ${name(one)}`];
  };
  // The element with the focus is in view, and nothing lies on it.
  const seen = (one) => {
    const place = target(one) && one.getBoundingClientRect().width < 5 ? target(one) : one;
    const box = place.getBoundingClientRect();
    const { left, top, right, bottom } = box;
    const end = place.localName === 'textarea' ? Math.min(bottom, top + 60) : Math.min(bottom, innerHeight);
    const [x, y] = [(left + right) / 2, (top + end) / 2];
    // What is typed into is scrolled to by its line.
    const corners = box.height < 120 && place.localName !== 'textarea' ? [[left + 4, top + 4], [right - 4, top + 4], [left + 4, bottom - 4], [right - 4, bottom - 4]] : [];
    for (const [px, py] of [[x, y], ...corners]) {
      const hit = document.elementFromPoint(px, py);
      const round = parseFloat(getComputedStyle(place).borderTopLeftRadius) > 4 || place.getClientRects().length > 1;
      // A button within a field, such as the one that shows a password, is part of it.
      const part = hit && place.matches('input, textarea') && place.parentElement.contains(hit);
      const own = hit && (part || place.contains(hit) || hit.contains(place) && (round || px === x) || hit.closest('label')?.contains(one));
      if (!own) return [`the focus on ${name(one)} is hidden by ${hit ? name(hit) : 'the edge of the window'}`];
    }
    return [];
  };

  // Notes every stop of the Tab key until `met` is asked.
  const met = [];
  addEventListener('keyup', ({ key }) => {
    if (key !== 'Tab') return;
    const one = document.activeElement;
    met.push({ one, faults: one === document.body ? [] : [...seen(one), ...ring(one)] });
  }, true);
  // The next Tab leads to the first stop.
  const rewind = () => {
    met.length = 0;
    document.activeElement?.blur?.();
    const start = document.createElement('span');
    start.tabIndex = -1;
    dialog().prepend(start);
    start.focus();
    start.remove();
    // A date is several stops in one field, and where the last one is past, the browser begins anew.
    return stops().length + 4 + 7 * within('input[type=date], input[type=time], input[type=datetime-local]').length;
  };
  // What the Tab key met: every stop once, in the order of the document.
  const order = () => {
    const wanted = stops();
    const faults = met.flatMap((stop) => stop.faults);
    const seen = met.map(({ one }) => one).filter((one) => one !== document.body && one !== document.documentElement && !one.matches('dialog'));
    const once = [...new Set(seen)];
    for (const one of wanted) if (!once.includes(one)) faults.push(`Tab never comes to ${name(one)}`);
    const early = once.findIndex((one, at) => at && once[at - 1].compareDocumentPosition(one) & Node.DOCUMENT_POSITION_PRECEDING);
    if (early > 0) faults.push(`Tab goes back from ${name(once[early - 1])} to ${name(once[early])}`);
    if (document.querySelector('dialog:modal') && seen.some((one) => !dialog().contains(one))) faults.push('Tab leaves the dialog');
    return [...new Set(faults)];
  };
  // The same rings in the other theme.
  const rings = () => stops().flatMap((one) => {
    one.focus();
    return document.activeElement === one ? ring(one) : [];
  });

  // Nothing moves.
  const still = () => {
    const faults = document.getAnimations().map(({ effect }) => `moves: ${effect.target && name(effect.target)}`);
    for (const one of within('*')) {
      const { transitionDuration, animationName, animationDuration, scrollBehavior } = getComputedStyle(one);
      const long = (text) => text.split(',').some((part) => parseFloat(part) > 0.001);
      if (long(transitionDuration) || animationName !== 'none' && long(animationDuration)) faults.push(`would move: ${name(one)}`);
      if (scrollBehavior === 'smooth') faults.push(`scrolls smoothly: ${name(one)}`);
    }
    return faults;
  };
  // In forced colours a field still has its edge.
  const edges = () =>
    within('input:not([type=hidden]), select, textarea').filter((one) => {
      if (unseen(one) || one.matches('[type=checkbox], [type=radio], [type=range], [type=file], [type=color]')) return false;
      const style = getComputedStyle(one);
      return !['Top', 'Bottom'].some((side) => style[`border${side}Style`] !== 'none' && parseFloat(style[`border${side}Width`]) > 0);
    }).map((one) => `no edge in forced colours: ${name(one)}`).concat(own());
  // The person's colours are taken everywhere: nothing keeps its own, and icons are drawn in the colour of their text.
  const own = () =>
    within('*').filter((one) => {
      const { forcedColorAdjust, color, stroke, fill } = getComputedStyle(one);
      if (one.closest('svg')) return one.closest('button, a, label, summary') && ![color, 'none'].includes(stroke) && one.localName !== 'svg' && fill !== color;
      return forcedColorAdjust === 'none' && !one.matches('[type=color], .swatch') && !one.closest('.look-scene');
    }).map((one) => `keeps its colours: ${name(one)} in ${one.parentElement && name(one.parentElement)}`);

  // Text spacing of WCAG 1.4.12, or nothing.
  const sheet = new CSSStyleSheet();
  const space = (on) => {
    sheet.replaceSync(on ? `* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
      p { margin-block-end: 2em !important; }` : '');
    if (!document.adoptedStyleSheets.includes(sheet)) document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  };
  const enlarge = (percent) => { document.documentElement.style.fontSize = percent ? `${percent}%` : ''; };
  // What would have to be solved before somebody is let in (A11-05).
  const puzzles = () => within('canvas, object, embed, audio, video, [class*=captcha], [id*=captcha], [autocomplete=one-time-code]')
    .map((one) => `a puzzle: ${name(one)}`);

  // Help is where it was: in the widget's header other ways to reach the company, in the inbox the areas in one order.
  const ORDER = ['nav-inbox', 'nav-requests', 'nav-log', 'nav-settings', '', 'nav-out'];
  const help = () => {
    const header = document.querySelector('body > header');
    if (header) {
      const way = header.children[2];
      const there = way.matches('.readers') && (way.ariaExpanded !== 'true' || header.querySelector('#who .contact a'));
      return there ? [] : ['no help in the header'];
    }
    const places = [...document.querySelectorAll('.nav .nav-item')].map(({ id }) => ORDER.indexOf(id));
    return places.every((place, at) => !at || places[at - 1] < place) ? [] : ['the areas are in another order'];
  };

  // Names of the areas are whole, in one line each, and do not touch the next one.
  const apart = () => {
    const names = within('.nav .nav-item > span').filter((one) => !unseen(one)).map((one) => {
      const range = document.createRange();
      range.selectNodeContents(one);
      return { one, lines: new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size, box: range.getBoundingClientRect(), room: one.parentElement.getBoundingClientRect() };
    });
    const faults = [];
    names.sort((a, b) => a.box.left - b.box.left).forEach(({ one, lines, box, room }, at) => {
      if (lines > 1) faults.push(`in ${lines} lines: ${name(one)}`);
      if (box.left < room.left - 1 || box.right > room.right + 1) faults.push(`wider than its area: ${name(one)}`);
      const next = names[at + 1];
      if (next && next.box.left - box.right < 8) faults.push(`${Math.round(next.box.left - box.right)} px to the next: ${name(one)}`);
    });
    return faults;
  };

  return { apart, help, fits, legible, targets, stops, rewind, order, rings, still, edges, space, enlarge, puzzles, lines };
})();
