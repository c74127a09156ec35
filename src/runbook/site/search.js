// Each term: [name, kind, line, address, other names].
(() => {
  const box = document.getElementById("search");
  const found = document.getElementById("found");
  const MOST = 30;
  const lower = TERMS.map(([name, kind, line, , names]) =>
    [name.toLowerCase(), `${name} ${kind} ${line} ${names}`.toLowerCase()]);

  // How well a term fits: 0 for not at all.
  const fit = (index, words, whole) => {
    const [name, all] = lower[index];
    if (name === whole) return 1000;
    let score = 0;
    for (const word of words) {
      if (name === word) score += 100;
      else if (name.startsWith(word)) score += 20;
      else if (name.includes(word)) score += 10;
      else if (all.includes(word)) score += 4;
      else score -= 100;
    }
    if (TERMS[index][1] === "cause") score += 2;
    return Math.max(score, 0);
  };

  const look = (text) => {
    // Of a whole message its code tells the most.
    const code = text.match(/AADSTS\d+/i);
    const whole = (code ? code[0] : text.trim()).toLowerCase();
    const words = whole.split(/\s+/).filter((word) => word.length > 0).slice(0, 12);
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
      link.textContent = name;
      const small = document.createElement("small");
      small.textContent = ` ${kind}`;
      const text = document.createElement("span");
      text.textContent = line;
      item.append(link, small, text);
      return item;
    }));
    if (box.value.trim() && terms.length === 0) {
      const item = document.createElement("li");
      item.textContent = "Nothing has these words.";
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
