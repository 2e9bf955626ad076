// Run in the page by test_quality.py: what a person who sees little, taps with a thumb or listens would stumble over.
(() => {
  const shown = (node) => node.checkVisibility({ checkOpacity: false, checkVisibilityCSS: true }) && !node.closest("[inert]");
  const label = (node) => `${node.tagName.toLowerCase()}${node.id ? `#${node.id}` : ""}.${node.getAttribute("class") ?? ""} “${(node.textContent || node.value || "").trim().slice(0, 40)}”`;

  // --- colours, as the eye gets them
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data].map((part, at) => (at === 3 ? part / 255 : part));
  };
  const over = (top, below) => top.slice(0, 3).map((part, at) => part * top[3] + below[at] * (1 - top[3]));
  const luminance = (colour) => {
    const [r, g, b] = colour.map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };
  const STOPS = /(?:rgba?|color|oklab|oklch|hsla?)\([^()]*\)/g;
  /** Every colour that may lie behind a node's text: the plain ground, and the stops of a gradient on it. */
  const grounds = (node) => {
    const layers = [];
    for (let at = node; at; at = at.parentElement) {
      const style = getComputedStyle(at);
      layers.push([style.backgroundColor, ...(style.backgroundImage.match(STOPS) ?? [])].map(rgba));
      if (rgba(style.backgroundColor)[3] === 1) break;
    }
    let behind = [[255, 255, 255]];
    for (const colours of layers.reverse()) {
      const found = behind.map((below) => over(colours[0], below));
      for (const colour of colours.slice(1)) found.push(...found.slice(0, behind.length).map((below) => over(colour, below)));
      behind = found;
    }
    return behind;
  };
  const weak = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const words = new Set();
  while (texts.nextNode()) {
    const node = texts.currentNode.parentElement;
    const text = texts.currentNode.textContent.trim();
    if (text && /[\p{L}\p{N}]/u.test(text) && !["SCRIPT", "STYLE", "NOSCRIPT", "TITLE", "OPTION"].includes(node.tagName)) words.add(node);
  }
  for (const node of words) {
    if (!shown(node) || node.closest(".spoken, :disabled, .skip-link")) continue;
    const style = getComputedStyle(node);
    const drawn = node instanceof SVGElement;
    const size = parseFloat(style.fontSize);
    const needed = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
    const worst = Math.min(...grounds(drawn ? node.closest("svg").parentElement : node).map((ground) => contrast(over(rgba(drawn ? style.fill : style.color), ground), ground)));
    if (worst < needed) weak.push(`${label(node)} has a contrast of ${worst.toFixed(2)}, needs ${needed}`);
  }

  // --- controls
  const controls = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, summary, textarea, audio, [role=switch]")].filter(shown);
  const small = [];
  for (const node of controls) {
    const target = node.closest(".segments label, .chip, .pick-label") ?? (node.type === "file" ? document.querySelector(`label[for="${node.id}"]`) : node);
    const { width, height } = target.getBoundingClientRect();
    const within = node.tagName === "A" && getComputedStyle(node).display === "inline" && node.parentElement.textContent.trim() !== node.textContent.trim();
    if (!within && !node.matches(".skip-link") && (width < 43.9 || height < 43.9)) small.push(`${label(node)} is ${width.toFixed(0)} × ${height.toFixed(0)}`);
  }

  // what is read out begins with, or holds, what is read (WCAG 2.5.3)
  const misnamed = controls.filter((node) => {
    const [text, name] = [(node.innerText ?? "").trim().toLowerCase(), (node.getAttribute("aria-label") ?? "").toLowerCase()];
    return name && /\p{L}/u.test(text) && !name.includes(text);
  });

  const ids = [...document.querySelectorAll("[id]")].map((node) => node.id);
  const references = ["aria-labelledby", "aria-describedby", "aria-controls", "for"].flatMap((name) => [...document.querySelectorAll(`[${name}]`)].flatMap((node) => node.getAttribute(name).split(/\s+/)));
  return {
    weak,
    small,
    misnamed: misnamed.map(label),
    twice: ids.filter((id, at) => ids.indexOf(id) !== at),
    dangling: references.filter((id) => !ids.includes(id)),
    wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    images: [...document.images].filter((image) => !image.hasAttribute("alt")).map(label),
    headings: [...document.querySelectorAll("h1, h2, h3")].filter(shown).map((node) => Number(node.tagName[1])),
    landmarks: ["header", "nav", "main"].filter((name) => !document.querySelector(name)),
    language: document.documentElement.lang,
    styled: [...document.querySelectorAll("[style]")].filter((node) => /[^;\s]/.test(node.getAttribute("style").replace(/--[a-z]+:[^;]*;?/g, ""))).map(label),
  };
})();
