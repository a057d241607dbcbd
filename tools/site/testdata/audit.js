// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// What is wrong with the page that is open: contrast, labels, landmarks, headings, width, and what moved after it was
// painted.
new Promise((resolve) => {
  const findings = [];
  const find = (element, text) => findings.push(`<${element.tagName.toLowerCase()}> "${(element.textContent || element.id).trim().slice(0, 40)}": ${text}`);

  // https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
  const parse = (colour) => {
    const [r, g, b, a = 1] = colour.match(/[\d.]+/g).map(Number);
    return { r, g, b, a };
  };
  const luminance = ({ r, g, b }) => {
    const [x, y, z] = [r, g, b].map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const colour = parse(getComputedStyle(e).backgroundColor);
      if (colour.a === 1) return colour;
      if (colour.a > 0) find(e, "the background is translucent");
    }
    return parse("rgb(255, 255, 255)");
  };
  let texts = 0;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    texts++;
    const style = getComputedStyle(element);
    const [a, b] = [luminance(parse(style.color)), luminance(behind(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) find(element, `contrast ${ratio.toFixed(2)}, ${style.color}`);
  }
  if (texts < 20) findings.push(`the page has ${texts} texts`);

  const name = (e) => (e.getAttribute("aria-label") || e.textContent || "").trim();
  for (const e of document.querySelectorAll("a[href], button, summary, figcaption")) {
    if (!name(e)) find(e, "no name");
  }
  for (const e of document.querySelectorAll("input")) {
    if (e.labels.length === 0) find(e, "no label");
  }
  for (const e of document.querySelectorAll("img")) {
    if (!e.hasAttribute("alt")) find(e, "no alt");
    if (!e.hasAttribute("width") || !e.hasAttribute("height")) find(e, "no size");
  }
  const labels = [...document.querySelectorAll("nav")].map((e) => e.getAttribute("aria-label"));
  if (labels.includes(null) || new Set(labels).size < labels.length) findings.push(`the labels of navigations are ${labels}`);
  for (const selector of ["html[lang]", "main", "body > header", "h1", "title"]) {
    const number = document.querySelectorAll(selector).length;
    if (number !== 1) findings.push(`the page has ${number} of ${selector}`);
  }
  let level = 1;
  for (const e of document.querySelectorAll("main :is(h1, h2, h3, h4, h5, h6)")) {
    const next = Number(e.tagName[1]);
    if (next > level + 1) find(e, `h${next} after h${level}`);
    level = next;
  }
  for (const e of document.querySelectorAll("pre, .scroll")) {
    if (e.scrollWidth > e.clientWidth && e.tabIndex < 0) find(e, "it scrolls, but not by the keyboard");
  }
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth > clientWidth) findings.push(`the page is ${scrollWidth} wide, the window ${clientWidth}`);

  // The page's own shifts are all reported when that of this audit is.
  const late = document.createElement("p");
  late.textContent = "late";
  let moved = Infinity;
  new PerformanceObserver((list) => {
    for (const shift of list.getEntries()) {
      if (shift.startTime >= moved) {
        late.remove();
        return resolve(findings);
      }
      const moving = shift.sources.map((s) => `${s.node?.nodeName} "${s.node?.textContent.trim().slice(0, 30)}"`);
      findings.push(`the layout shifts by ${shift.value.toFixed(3)}: ${moving.join(", ")}`);
    }
  }).observe({ type: "layout-shift", buffered: true });
  requestAnimationFrame(() => requestAnimationFrame(() => {
    moved = performance.now();
    document.querySelector("main").prepend(late);
  }));
})
