// Collects every printed string with a tight box, and the marked fields, tables and charts. Positions in CSS pixels.
() => {
  const canvas = document.createElement("canvas").getContext("2d");
  const pieces = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const ink = (element, text, rect) => {
    const look = getComputedStyle(element);
    canvas.font = `${look.fontWeight} ${look.fontSize} ${look.fontFamily}`;
    const size = canvas.measureText(text);
    const scale = rect.height / (size.fontBoundingBoxAscent + size.fontBoundingBoxDescent);
    const top = rect.top + (size.fontBoundingBoxAscent - size.actualBoundingBoxAscent) * scale;
    const height = (size.actualBoundingBoxAscent + size.actualBoundingBoxDescent) * scale;
    return { left: rect.left, top, right: rect.right, bottom: top + height };
  };
  const lines = (node) => {
    const found = [];
    const range = document.createRange();
    const text = node.textContent;
    for (let at = 0; at < text.length; at += 1) {
      range.setStart(node, at);
      range.setEnd(node, at + 1);
      const rect = range.getClientRects()[0];
      if (!rect || rect.width === 0) continue;
      const last = found.at(-1);
      if (last && Math.abs(last.rect.top - rect.top) < rect.height / 2) {
        last.text += text[at];
        last.rect = new DOMRect(last.rect.left, last.rect.top, rect.right - last.rect.left, last.rect.height);
      } else found.push({ text: text[at], rect });
    }
    return found;
  };
  while (walker.nextNode()) {
    const node = walker.currentNode, element = node.parentElement;
    if (!node.textContent.trim() || ["STYLE", "SCRIPT"].includes(element.tagName)) continue;
    const owner = element.closest("[data-field],[data-change],[data-join]") || node;
    for (const { text, rect } of lines(node)) {
      if (!text.trim()) continue;
      const box = ink(element, text, rect);
      const mate = pieces.find((one) => one.owner === owner && Math.min(one.box.bottom, box.bottom) > Math.max(one.box.top, box.top));
      if (mate) {
        mate.text += text;
        mate.box = { left: Math.min(mate.box.left, box.left), top: Math.min(mate.box.top, box.top),
          right: Math.max(mate.box.right, box.right), bottom: Math.max(mate.box.bottom, box.bottom) };
      } else pieces.push({ owner, element, text, box });
    }
  }
  const frame = (box) => [box.left, box.top, box.right - box.left, box.bottom - box.top];
  const within = (element) => pieces.filter((one) => element.contains(one.element));
  const around = (element) => {
    const boxes = within(element).map((one) => one.box);
    if (!boxes.length) return frame(element.getBoundingClientRect());
    return frame({ left: Math.min(...boxes.map((b) => b.left)), top: Math.min(...boxes.map((b) => b.top)),
      right: Math.max(...boxes.map((b) => b.right)), bottom: Math.max(...boxes.map((b) => b.bottom)) });
  };
  const printed = (element) => within(element).map((one) => one.text.trim()).join(" ");
  const panel = (element) => Number(element.closest("[data-panel]")?.dataset.panel || 1);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const texts = (root, selector) => all(selector, root).map(printed);
  const fields = all("[data-field]").map((element) => {
    const change = document.querySelector(`[data-of="${element.dataset.field}"]`);
    return { name: element.dataset.name, value: element.dataset.value === "None" ? null : Number(element.dataset.value), unit: element.dataset.unit,
      raw: printed(element), box: around(element), panel: panel(element), label: element.dataset.label,
      change: change ? Number(change.dataset.change) : null };
  });
  const grids = all("[data-grid]").map((element) => {
    const rows = all("[data-row]", element).map((row) => all("[data-cell]", row));
    return { rows: rows.map((cells) => cells.map(printed)), boxes: rows.map((cells) => cells.map(around)),
      columns: element.dataset.grid.split("|"), panel: panel(element) };
  });
  const charts = all("[data-chart]").map((element) => ({ axis: texts(element, "[data-axis]"),
    legend: texts(element, "[data-legend]"), values: texts(element, "[data-chart-value]"),
    box: around(element), panel: panel(element) }));
  const strings = pieces.map((one) => ({ text: one.text.trim(), box: frame(one.box) }));
  const marks = all("[data-mark]").map((element) => ({ text: element.dataset.mark,
    box: frame(element.getBoundingClientRect()) }));
  const first = (name) => document.querySelector(`[data-${name}]`)?.textContent ?? null;
  return { strings, marks, fields, grids, charts, period: first("period"), account: first("account") };
}
