// What a person would see, measured in the page itself. Both functions run there, and stand alone for that.

/** Texts that lie outside the window, or outside a box that cannot be scrolled. */
export const clippedText = () => {
  const scrolls = (element) => ['auto', 'scroll'].includes(getComputedStyle(element).overflowX);
  const unseen = (element) => getComputedStyle(element).clipPath !== 'none';
  const clipped = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!node.data.trim() || !parent.checkVisibility() || parent.closest('script, option')) continue;
    let box = parent;
    while (box && !scrolls(box) && !unseen(box) && !box.matches('.skip')) box = box.parentElement;
    if (box) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const { right, left } = range.getBoundingClientRect();
    if (right > innerWidth + 1 || left < -1) clipped.push(`${parent.className || parent.tagName}: ${node.data.slice(0, 60)}`);
  }
  return clipped;
};

/** Texts with less contrast than WCAG AA asks for: 4.5, and 3 where they are large. */
export const lowContrast = () => {
  const colour = (text) => {
    const [red, green, blue, alpha = 1] = text.match(/[\d.]+/g).map(Number);
    return { channels: [red, green, blue], alpha };
  };
  const luminance = (channels) => {
    const [red, green, blue] = channels.map((value) => value / 255).map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const over = (above, below) => above.channels.map((value, at) => value * above.alpha + below[at] * (1 - above.alpha));
  const ground = (element) => {
    if (!element) return [255, 255, 255];
    const own = colour(getComputedStyle(element).backgroundColor);
    return own.alpha === 1 ? own.channels : over(own, ground(element.parentElement));
  };
  const low = new Map();
  const judge = (element, what) => {
    const style = getComputedStyle(element);
    const below = ground(element);
    const [one, other] = [luminance(over(colour(style.color), below)), luminance(below)].sort((left, right) => right - left);
    const ratio = (one + 0.05) / (other + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || size >= 18.66 && Number(style.fontWeight) >= 700;
    if (ratio < (large ? 3 : 4.5)) low.set(`${element.className || element.tagName}: ${ratio.toFixed(2)}`, what);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.data.trim() && node.parentElement.checkVisibility()) judge(node.parentElement, node.data.trim().slice(0, 40));
  }
  return [...low].map(([where, what]) => `${where} (${what})`);
};
