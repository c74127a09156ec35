// Each term: [name, kind, line, address, other names].
(() => {
  const box = document.getElementById("search");
  const found = document.getElementById("found");
  const MOST = 30;
  const lower = TERMS.map(([name, kind, line, , names]) =>
    [name, `${name} ${kind} ${line} ${names}`].map((text) => text.toLowerCase().replace(/['\u2019]/g, "")));

  // A word counts for those that people use in its place, and in its plain form: no quotes, no plural.
  const plain = (text) => text.toLowerCase().replace(/['\u2019]/g, "");
  const ignored = new Set(PEOPLE.ignored);
  const same = new Map();
  for (const group of PEOPLE.same) for (const word of group) same.set(word, group);
  const stem = (word) => word.length > 4 ? word.replace(/(?:ing|ed|es|s)$/, "") : word;
  const others = (word) => {
    const near = [...same.keys()].find((known) => known === word || stem(known) === stem(word));
    return near ? same.get(near).filter((other) => other !== word) : [];
  };
  // Few terms have a rare word: it tells more than a frequent one.
  const weights = new Map();
  const weight = (word) => {
    if (!weights.has(word)) {
      const count = lower.filter(([, all]) => all.includes(word)).length;
      weights.set(word, count ? Math.log(1 + TERMS.length / count) : 0);
    }
    return weights.get(word);
  };

  // How well a term fits: 0 for not at all. Of a sentence half the words are enough.
  const fit = (index, words, whole) => {
    const [name, all] = lower[index];
    if (name === whole) return 1000;
    const kind = TERMS[index][1];
    // Checks and paths of evidence are for those who know the tool: what people see comes first.
    const internal = kind === "evidence" || kind === "check";
    let score = all.includes(whole) ? 60 : 0;
    let missed = 0;
    for (const { word, root, near } of words) {
      if (name === word && !internal) score += 100;
      else if (name.startsWith(word)) score += 20;
      else if (name.includes(root)) score += 4 + 3 * weight(root);
      else if (all.includes(root)) score += 4 * weight(root);
      else if (near.some((other) => all.includes(other))) score += 4;
      else missed += 1;
    }
    const most = words.length / 2;
    if (missed > most) return 0;
    score -= 4 * missed;
    if (kind === "symptom") score += 12;
    if (kind === "cause") score += 6;
    return Math.max(internal ? score / 2 : score, 0);
  };

  const look = (text) => {
    // Of a whole message its code tells the most.
    const code = text.match(/AADSTS\d+/i);
    const whole = plain((code ? code[0] : text).trim());
    const said = whole.split(/[\s,;:!?"()]+/).filter((word) => word.length > 0).slice(0, 16);
    const telling = said.filter((word) => !ignored.has(word));
    const words = (telling.length ? telling : said).map((word) => ({ word, root: stem(word), near: others(word) }));
    if (words.length === 0) return [];
    return TERMS.map((term, index) => [fit(index, words, whole), term])
      .filter(([score]) => score > 0)
      .sort((one, other) => other[0] - one[0])
      .slice(0, MOST)
      .map(([, term]) => term);
  };

  const show = () => {
    const terms = look(box.value);
    found.replaceChildren(...terms.map(([name, kind, line, address]) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = address;
      // Of a cause, people know the sentence and not the id.
      const [title, below] = kind === "cause" ? [line[0].toUpperCase() + line.slice(1), name] : [name, line];
      link.textContent = title;
      const small = document.createElement("small");
      small.textContent = ` ${kind}`;
      const text = document.createElement("span");
      text.textContent = below;
      item.append(link, small, text);
      return item;
    }));
    if (box.value.trim() && terms.length === 0) {
      const item = document.createElement("li");
      item.textContent = "No results.";
      found.append(item);
    }
  };

  box.form.hidden = false;
  box.addEventListener("input", show);
  box.form.addEventListener("submit", (event) => {
    event.preventDefault();
    const first = found.querySelector("a");
    if (first) location.href = first.href;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== box) {
      event.preventDefault();
      box.focus();
    } else if (event.key === "Escape") {
      box.value = "";
      show();
    }
  });
  found.addEventListener("click", () => found.replaceChildren());
  // A link may bring the words along: index.html?q=AADSTS7000215
  const asked = new URLSearchParams(location.search).get("q");
  if (asked) box.value = asked;
  show();
})();
