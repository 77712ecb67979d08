const root = document.documentElement;

// The dark colours stand in media rules; a choice of the person's switches the rules instead of repeating the colours.
export const dress = (sheet) => {
  const rules = [...sheet.cssRules].filter((rule) => rule.media?.mediaText.includes('prefers-color-scheme'));
  const own = rules.map((rule) => rule.media.mediaText);
  const switchTo = { dark: () => 'all', light: () => 'not all' };
  const apply = () =>
    rules.forEach((rule, index) => {
      rule.media.mediaText = switchTo[root.dataset.theme]?.() ?? own[index];
    });
  new MutationObserver(apply).observe(root, { attributes: true, attributeFilter: ['data-theme'] });
  apply();
};
