// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

"use strict";

const root = document.currentScript.dataset.root;
const query = document.getElementById("query");
const results = document.getElementById("results");
const count = document.getElementById("count");
const limit = 12;

let index; // of sections, loaded when somebody searches

// The index is a script that calls this.
window.errpactSearch = (sections) => {
  index = sections.map((s) => ({ ...s, title: s.t.toLowerCase(), page: s.p.toLowerCase(), text: s.x.toLowerCase() }));
  search();
};

function load() {
  query.removeEventListener("focus", load);
  const script = document.createElement("script");
  script.src = root + "assets/search.js";
  document.head.append(script);
}

// A section is found if it has all words. A word in its title weighs most, then one in the page's.
function score(section, words) {
  let sum = 0;
  for (const word of words) {
    const times = section.text.split(word).length - 1;
    const points = (section.title.includes(word) ? 20 : 0) + (section.page.includes(word) ? 10 : 0) + Math.min(times, 5);
    if (points === 0) return 0;
    sum += points;
  }
  return sum;
}

function search() {
  const words = query.value.toLowerCase().split(/\s+/).filter(Boolean);
  results.hidden = words.length === 0 || !index;
  if (results.hidden) return;
  const found = index
    .map((section) => ({ section, points: score(section, words) }))
    .filter((f) => f.points > 0)
    .sort((a, b) => b.points - a.points);
  count.textContent = found.length === 0 ? "Nothing found" : found.length === 1 ? "1 section" : `${found.length} sections`;
  results.querySelector("ul").replaceChildren(...found.slice(0, limit).map((f) => item(f.section, words)));
}

function item(section, words) {
  const link = document.createElement("a");
  link.href = root + section.l;
  const title = document.createElement("strong");
  title.textContent = section.t === section.p ? section.t : `${section.p}: ${section.t}`;
  const text = document.createElement("span");
  mark(text, excerpt(section, words), words);
  link.append(title, text);
  const li = document.createElement("li");
  li.append(link);
  return li;
}

// The words around the first that was found.
function excerpt(section, words) {
  const places = words.map((word) => section.text.indexOf(word)).filter((i) => i >= 0);
  const start = section.x.lastIndexOf(" ", Math.max(0, Math.min(...places, section.x.length) - 40)) + 1;
  const end = section.x.length <= start + 140 ? section.x.length : section.x.lastIndexOf(" ", start + 140);
  return (start > 0 ? "… " : "") + section.x.slice(start, Math.max(end, start)) + (end < section.x.length ? " …" : "");
}

function mark(element, text, words) {
  const escaped = words.map((w) => w.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  text.split(new RegExp(`(${escaped.join("|")})`, "i")).forEach((part, i) => {
    const each = i % 2 ? document.createElement("mark") : document.createTextNode("");
    each.textContent = part;
    element.append(each);
  });
}

query.addEventListener("focus", load);
query.addEventListener("input", search);
document.addEventListener("click", (event) => {
  if (!event.target.closest("search")) results.hidden = true;
});
document.addEventListener("keydown", (event) => {
  const links = [...results.querySelectorAll("a")];
  const at = links.indexOf(document.activeElement);
  if (event.key === "/" && !event.target.closest("input")) {
    event.preventDefault();
    query.focus();
  } else if (event.key === "Escape") {
    results.hidden = true;
  } else if (event.key === "Enter" && event.target === query && links.length > 0) {
    links[0].click();
  } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && event.target.closest("search") && links.length > 0) {
    event.preventDefault();
    (links[at + (event.key === "ArrowDown" ? 1 : -1)] ?? query).focus();
  }
});

const menu = document.getElementById("menu");
menu.addEventListener("click", () => {
  const open = document.getElementById("pages").classList.toggle("open");
  menu.setAttribute("aria-expanded", String(open));
});

// What scrolls by itself can be scrolled by the keyboard, in every browser.
for (const element of document.querySelectorAll("pre, .scroll")) {
  if (element.scrollWidth > element.clientWidth) element.tabIndex = 0;
}
