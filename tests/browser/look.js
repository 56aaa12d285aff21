// What the page says of itself: headings, names of pictures and fields, tables beside charts. A list of what is wrong.
() => {
  const said = (node) => (node.textContent || "").trim();
  const names = (node) => node.getAttribute("aria-label") || node.getAttribute("title")
    || (node.getAttribute("aria-labelledby") || "").split(" ").map((id) => document.getElementById(id)).filter(Boolean)
         .map(said).join("") || said(node) || node.querySelector("[title]")?.title;
  const seen = (node) => node.getClientRects().length > 0 && getComputedStyle(node).visibility !== "hidden";
  const wrong = [];
  if (!said(document.querySelector("h1") || document.body.appendChild(document.createElement("i")))) wrong.push("no h1");
  if (!document.documentElement.lang) wrong.push("no language");
  for (const image of document.querySelectorAll("img:not([alt])")) wrong.push(`no alt: ${image.src}`);
  for (const picture of document.querySelectorAll("#content svg")) {
    const hidden = picture.closest("[aria-hidden=true]");
    if (!hidden && (picture.getAttribute("role") !== "img" || !names(picture))) wrong.push("an svg without a name");
  }
  for (const chart of document.querySelectorAll(".console-chart")) {
    if (!chart.querySelector("details table, .console-empty")) wrong.push(`no table: ${names(chart)}`);
    const plot = chart.querySelector(".console-plot");
    if (plot && plot.tabIndex !== 0) wrong.push(`out of the keyboard's reach: ${names(chart)}`);
  }
  for (const field of document.querySelectorAll("#content input, #content select, #content textarea")) {
    if (field.type === "hidden" || !seen(field)) continue;
    const labelled = field.labels && field.labels.length || field.getAttribute("aria-label")
      || field.getAttribute("aria-labelledby") || field.title || field.placeholder;
    if (!labelled) wrong.push(`a field without a label: ${field.name || field.id}`);
  }
  for (const link of document.querySelectorAll("#content a[href], #content button")) {
    if (seen(link) && !names(link) && !link.value) wrong.push(`a link without words: ${link.outerHTML.slice(0, 90)}`);
  }
  const ids = [...document.querySelectorAll("#content [id]")].map((node) => node.id);
  for (const id of new Set(ids.filter((id, place) => ids.indexOf(id) !== place))) wrong.push(`id twice: ${id}`);
  return wrong;
}
