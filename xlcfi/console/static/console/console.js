// Charts that tell their figures to a pointer and to the arrow keys. Everything works without this file: the figures are
// in the table below each chart.
(() => {
  "use strict";

  function chart(plot) {
    const source = document.getElementById(plot.dataset.chart);
    const area = plot.querySelector(".console-area");
    if (!source || !area) return;
    const points = JSON.parse(source.textContent);
    const cursor = area.querySelector(".console-cursor");
    const tip = area.querySelector(".console-tip");
    let place = -1;

    function show(next) {
      place = Math.max(0, Math.min(points.labels.length - 1, next));
      const x = points.x[place];
      cursor.hidden = tip.hidden = false;
      cursor.style.left = x + "%";
      tip.replaceChildren();
      const head = document.createElement("strong");
      head.textContent = points.labels[place];
      tip.append(head);
      for (const series of points.series) {
        const line = document.createElement("div");
        line.textContent = `${series.name}: ${series.shown[place]}`;
        tip.append(line);
      }
      const anomaly = points.anomalies[String(place)];
      if (anomaly) {
        const line = document.createElement("div");
        line.textContent = `◆ ${anomaly}`;
        tip.append(line);
      }
      tip.style.left = x < 50 ? `calc(${x}% + 10px)` : "auto";
      tip.style.right = x < 50 ? "auto" : `calc(${100 - x}% + 10px)`;
    }

    function hide() {
      cursor.hidden = tip.hidden = true;
    }

    area.addEventListener("pointermove", (event) => {
      const box = area.getBoundingClientRect();
      const at = ((event.clientX - box.left) / box.width) * 100;
      let best = 0;
      points.x.forEach((x, number) => {
        if (Math.abs(x - at) < Math.abs(points.x[best] - at)) best = number;
      });
      if (best !== place || tip.hidden) show(best);
    });
    area.addEventListener("pointerleave", hide);
    plot.addEventListener("blur", hide);
    plot.addEventListener("keydown", (event) => {
      const last = points.labels.length - 1;
      const moves = { ArrowRight: place + 1, ArrowLeft: place < 0 ? last : place - 1, Home: 0, End: last };
      if (event.key === "Escape") return hide();
      if (!(event.key in moves)) return;
      event.preventDefault();
      show(moves[event.key]);
    });
  }

  // A filter's field that finds rows while one types. A number is taken as it is.
  function lookup(field) {
    const found = document.getElementById(field.getAttribute("list"));
    const note = field.form.querySelector("[data-lookup-note]");
    let waiting = 0;
    field.addEventListener("input", () => {
      window.clearTimeout(waiting);
      const term = field.value.trim();
      if (term.length < 2 || /^#?\d+$/.test(term)) return;
      waiting = window.setTimeout(async () => {
        const answer = await fetch(`${field.dataset.lookup}&term=${encodeURIComponent(term)}`);
        if (!answer.ok) return;
        const told = await answer.json();
        note.textContent = told.too_slow || "";
        found.replaceChildren(...told.results.map((one) => new Option(one.text, one.id)));
      }, 300);
    });
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-chart]").forEach(chart);
    document.querySelectorAll("[data-lookup]").forEach(lookup);
    // unfold names every cell of a row for narrow screens; its search field has no name of its own.
    document.querySelectorAll("#searchbar:not([aria-label])").forEach((field) => {
      field.setAttribute("aria-label", field.placeholder);
    });
  });
})();
