// A keyboard on the screen covers the page and leaves its layout as it is. What the window's style makes of it: the strip of
// the layout that is seen (`--einwurf-from`, `--einwurf-tall`; www/opener/style.js and the doors').

/** Keeps the window within what is seen, until the attempt ends. */
export const stayInSight = ({ style }, signal) => {
  const seen = window.visualViewport;
  const say = (name, length) => style.setProperty('--einwurf-' + name, length);
  const fit = () => {
    // Whoever enlarges a part of the page wants to move about in it: then nothing follows.
    const [from, tall] = seen.scale > 1.01 ? ['', ''] : [seen.offsetTop + 'px', seen.height + 'px'];
    say('from', from);
    say('tall', tall);
  };
  for (const type of ['resize', 'scroll']) seen?.addEventListener(type, fit, { signal });
};
