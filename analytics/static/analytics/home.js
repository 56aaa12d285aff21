// Renews the home page's tiles every few seconds while somebody looks at it; stops when the page is hidden.
(() => {
  "use strict";
  const box = document.querySelector("[data-home-now]");
  const status = document.querySelector("[data-home-status]");
  let waiting = 0;
  let failures = 0;

  async function ask(address) {
    const answer = await fetch(address, { headers: { Accept: "application/json" }, credentials: "same-origin" });
    if (!answer.ok || !(answer.headers.get("Content-Type") || "").includes("json")) throw new Error(answer.status);
    return answer.json();
  }

  function put(root, selector, text) {
    const place = root.querySelector(selector);
    if (!place || place.textContent === text) return;
    place.textContent = text;
    // A long amount is written smaller: it stays on one line.
    if (selector === "[data-value]") place.style.setProperty("--letters", text.length);
  }

  function show(told) {
    for (const tile of told.tiles) {
      const place = box.querySelector(`[data-tile="${tile.name}"]`);
      if (!place) continue;
      put(place, "[data-value]", tile.value);
      tile.changes.forEach((change, number) => {
        put(place, `[data-change="${number}"]`, change.text);
        put(place, `[data-before="${number}"]`, change.before);
        const words = place.querySelector(`[data-change="${number}"]`);
        if (words) words.className = `console-mood-${change.mood}`;
      });
    }
    put(document, "[data-home-asof]", told.as_of);
    put(document, "[data-home-notice]", told.notice);
    document.querySelector("[data-home-notice]").className = `console-mood-${told.mood}`;
  }

  function live(is) {
    document.querySelector("[data-home-live]").hidden = !is;
    document.querySelector("[data-home-stale]").hidden = is;
  }

  async function renew() {
    window.clearTimeout(waiting);
    if (document.hidden) return;
    try {
      show(await ask(box.dataset.homeNow));
      failures = 0;
      live(true);
    } catch {
      failures += 1;
      live(false);
    }
    const seconds = Number(box.dataset.seconds) * Math.min(12, 2 ** failures);
    waiting = window.setTimeout(renew, seconds * 1000);
  }

  async function consumers() {
    try {
      const told = await ask(status.dataset.homeStatus);
      put(status, "[data-value]", told.text);
      put(status, "[data-hint]", told.words);
      status.classList.toggle("console-tile-bad", !told.good);
    } catch {
      put(status, "[data-value]", "–");
      put(status, "[data-hint]", "");
    }
  }

  if (box) {
    waiting = window.setTimeout(renew, Number(box.dataset.seconds) * 1000);
    document.addEventListener("visibilitychange", () => (document.hidden ? window.clearTimeout(waiting) : renew()));
  }
  if (status) {
    consumers();
    window.setInterval(() => document.hidden || consumers(), 30000);
  }
})();
