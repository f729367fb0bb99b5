"use strict";
// Lists, search and choice. One courier or one request is chosen at a time; all parts follow.

const HOUR_S = 3600;
const byId = (id) => document.getElementById(id);

function clock(ms) {
  return new Date(ms).toISOString().slice(11, 16);
}
function lasting(seconds) {
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")}`;
}
function money(fen) {
  return "¥" + (fen / 100).toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}
function spans(windows) {
  return windows.map(([start, end]) => `${clock(start)}–${clock(end)}`).join("\n");
}
function visitName(visit) {
  return visit.type === "break" ? "break" : visit.id;
}
function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== false) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}
function row(cells, attributes) {
  return element("tr", attributes, ...cells.map((cell) =>
    cell instanceof Node && cell.nodeName === "TD" ? cell : element("td", {}, cell)));
}
function pressable(action) {
  return { tabindex: "0", onclick: action, onkeydown: (event) => {
    if (event.key === "Enter") action();
    const beside = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
    if (beside && event.currentTarget[beside]) {
      event.preventDefault();
      event.currentTarget[beside].focus();
    }
  } };
}

async function openPage() {
  const data = JSON.parse(byId("plan-data").textContent);
  const requestOf = new Map(data.requests.map((request) => [request.id, request]));
  const courierOf = new Map(data.couriers.map((courier) => [courier.id, courier]));
  const plots = await makePlots(data, requestOf);
  let chosen = null;
  let order = { key: "given", down: false };

  // ---- couriers ------------------------------------------------------------------------------
  const share = (courier) => (courier.visits.length ? courier.work_s / courier.shift_s : 0);
  const columns = [
    { key: "id", head: "Courier", value: (courier) => courier.id },
    { key: "pickups", head: "Pickups", value: (courier) => courier.pickups },
    { key: "late", head: "Late", value: (courier) => courier.late },
    { key: "finish", head: "Ends", value: (courier) => courier.finish || 0 },
    { key: "share", head: "Busy", value: share },
  ];
  function listCouriers() {
    const couriers = [...data.couriers];
    const column = columns.find((one) => one.key === order.key);
    if (column) {
      couriers.sort((a, b) => {
        const [one, other] = [column.value(a), column.value(b)];
        const rank = typeof one === "string" ? one.localeCompare(other, "zh") : one - other;
        return order.down ? -rank : rank;
      });
    }
    const heads = columns.map((one) => element("th", {
      "data-sort": one.key, title: "Sort",
      "aria-sort": one.key === order.key ? (order.down ? "descending" : "ascending") : undefined,
      onclick: () => {
        order = { key: one.key, down: one.key === order.key ? !order.down : one.key !== "id" };
        listCouriers();
      } }, one.head));
    const rows = couriers.map((courier) => {
      const used = courier.visits.length > 0;
      const bar = element("span", { class: "bar" }, element("i", { style: `width:${Math.min(100, 100 * share(courier))}%` }));
      return row([
        element("td", { class: "name", title: courier.id }, courier.id, element("span", { class: "quiet" }, ` ${courier.vehicle}`)),
        used ? courier.pickups : "idle",
        courier.late ? element("td", { class: "late" }, courier.late) : "",
        used ? clock(courier.finish) : "",
        element("td", {}, bar, ` ${Math.round(100 * share(courier))} %`),
      ], { class: used ? "" : "idle", ...pressable(() => chooseCourier(courier)) });
    });
    byId("courier-list").replaceChildren(rows.length
      ? element("table", {}, element("thead", {}, element("tr", {}, ...heads)), element("tbody", {}, ...rows))
      : element("p", { class: "empty" }, "No couriers on shift."));
  }

  // ---- one courier ---------------------------------------------------------------------------
  function detail(courier) {
    const fact = (name, value) => element("div", {}, name, element("b", {}, value));
    const facts = [fact("vehicle", courier.vehicle + (courier.crew > 1 ? `, crew of ${courier.crew}` : "")),
      fact("shift", spans([courier.shift]))];
    if (courier.visits.length) {
      facts.push(fact("route", spans([[courier.depart, courier.finish]])),
        fact("pickups", courier.pickups), fact("distance", `${courier.km.toFixed(1)} km`),
        fact("paid", lasting(courier.paid_s)), fact("busy", `${Math.round(100 * share(courier))} % of shift`),
        fact("waiting", lasting(courier.wait_s)), fact("fullest", `${Math.round(100 * courier.fullest)} %`),
        fact("cost", money(courier.cost_fen)));
    }
    let number = 0;
    const rows = courier.visits.map((visit) => {
      if (visit.xy) number += 1;
      const request = visit.type === "pickup" ? requestOf.get(visit.id) : null;
      const title = request ? [request.load, request.notes].filter(Boolean).join("; ") : "";
      const remark = visit.late_s > 0 ? element("td", { class: "late" }, `${lasting(visit.late_s)} late`)
        : request ? element("td", { class: "spans" }, spans(request.windows)) : `until ${clock(visit.finish)}`;
      return row([visit.xy ? number : "",
        element("td", { class: "left name", title: `${visitName(visit)} ${title}` },
          visit.type === "unload" ? `unload at ${visit.id}` : visitName(visit)),
        clock(visit.start), remark, visit.type === "break" ? "" : visit.kg.toFixed(0)],
      { "data-visit": visit.id, ...(request ? pressable(() => chooseRequest(request, false)) : {}) });
    });
    const heads = ["#", "Request", "Starts", "Promised", "kg"].map((head, index) =>
      element("th", { class: index === 1 ? "left" : "" }, head));
    byId("courier-detail").replaceChildren(
      element("button", { class: "back", onclick: () => clear() }, "← All couriers"),
      element("div", { class: "padded" }, element("h2", { style: "margin:0;font-size:16px" }, courier.id),
        element("div", { class: "facts" }, ...facts)),
      rows.length ? element("table", {}, element("thead", {}, element("tr", {}, ...heads)), element("tbody", {}, ...rows))
        : element("p", { class: "empty" }, "On shift without a route."));
  }

  // ---- choosing ------------------------------------------------------------------------------
  function chooseCourier(courier) {
    chosen = courier;
    plots.mark(null);
    plots.choose(courier);
    detail(courier);
    openTab("couriers");
    byId("courier-list").hidden = true;
    byId("courier-detail").hidden = false;
    byId("panel-couriers").scrollTop = 0;
    byId("show-route").disabled = !courier.visits.length;
    byId("show-route").textContent = courier.id;
    showTimeline(courier.visits.length ? "route" : "day");
    history.replaceState(null, "", `#${encodeURIComponent(courier.id)}`);
  }
  function chooseRequest(request, near) {
    const courier = data.couriers[request.courier];
    if (courier && chosen !== courier) chooseCourier(courier);
    if (!courier) {
      clear();
      openTab("unserved");
    }
    plots.mark(request.xy, near || !courier);
    for (const line of document.querySelectorAll("tr[data-visit]")) {
      const on = line.dataset.visit === request.id;
      line.classList.toggle("on", on);
      if (on) line.scrollIntoView({ block: "nearest" });
    }
    history.replaceState(null, "", `#${encodeURIComponent(request.id)}`);
  }
  function clear() {
    chosen = null;
    plots.mark(null);
    plots.choose(null);
    byId("courier-list").hidden = false;
    byId("courier-detail").hidden = true;
    byId("show-route").disabled = true;
    byId("show-route").textContent = "Chosen courier";
    showTimeline("day");
    for (const line of document.querySelectorAll("tr.on")) line.classList.remove("on");
    history.replaceState(null, "", location.pathname);
  }
  function showTimeline(name) {
    for (const one of ["day", "route"]) {
      byId(one).hidden = one !== name;
      byId(`show-${one}`).setAttribute("aria-pressed", String(one === name));
    }
    if (name === "day") plots.scrollDay();
  }
  function openTab(name) {
    for (const tab of document.querySelectorAll("[data-tab]")) {
      tab.setAttribute("aria-selected", String(tab.dataset.tab === name));
      byId(`panel-${tab.dataset.tab}`).hidden = tab.dataset.tab !== name;
    }
  }

  // ---- unserved ------------------------------------------------------------------------------
  function listUnserved() {
    const left = data.requests.filter((request) => request.courier < 0)
      .sort((a, b) => b.price_fen - a.price_fen);
    // A body per request, so that arrow keys go from one to the next and not to its reason.
    const bodies = left.map((request) => element("tbody", pressable(() => chooseRequest(request, true)), row([
      element("td", { class: "name", title: `${request.id} ${request.load} ${request.notes}` }, request.id),
      element("td", { class: "left" }, request.class), element("td", { class: "spans" }, spans(request.windows)), request.zone, money(request.price_fen),
    ], { "data-visit": request.id }), row([
      element("td", { class: "why", colspan: "5" }, request.why,
        ...request.helps.map((remedy) => element("div", { class: "quiet" }, `Would let it in: ${remedy}`))),
    ], { "data-visit": request.id })));
    const heads = ["Request", "Class", "Promised", "Zone", "Price"].map((head, index) =>
      element("th", { class: index === 1 ? "left" : "" }, head));
    byId("panel-unserved").replaceChildren(bodies.length
      ? element("table", {}, element("thead", {}, element("tr", {}, ...heads)), ...bodies)
      : element("p", { class: "empty" }, "Every request is served."));
  }

  // ---- search --------------------------------------------------------------------------------
  const find = byId("find"), matches = byId("matches");
  function candidates(text) {
    const wanted = text.trim().toLowerCase();
    if (!wanted) return [];
    const rank = (id) => (id.toLowerCase() === wanted ? 0 : id.toLowerCase().startsWith(wanted) ? 1 : 2);
    return [...data.couriers.map((courier) => ({ id: courier.id, remark: courier.vehicle, go: () => chooseCourier(courier) })),
      ...data.requests.map((request) => ({ id: request.id,
        remark: request.courier < 0 ? "unserved" : `${request.class}, ${data.couriers[request.courier].id}`,
        go: () => chooseRequest(request, true) }))]
      .filter((one) => one.id.toLowerCase().includes(wanted))
      .sort((a, b) => rank(a.id) - rank(b.id)).slice(0, 40);
  }
  function suggest() {
    const found = candidates(find.value);
    matches.replaceChildren(...found.map((one) => element("button", {
      onclick: () => { matches.replaceChildren(); one.go(); } },
    element("b", {}, one.id), element("span", { class: "quiet" }, `  ${one.remark}`))));
    if (!found.length && find.value.trim()) {
      matches.replaceChildren(element("p", {}, `Nothing is named “${find.value.trim()}”.`));
    }
  }
  find.addEventListener("input", suggest);
  find.addEventListener("keydown", (event) => {
    if (event.key === "Enter") matches.querySelector("button")?.click();
    if (event.key === "ArrowDown") matches.querySelector("button")?.focus();
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest(".find")) matches.replaceChildren();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      if (matches.childElementCount) matches.replaceChildren();
      else { clear(); plots.fitAll(); }
    } else if (event.key === "/" && document.activeElement !== find) {
      event.preventDefault();
      find.focus();
    }
  });

  // ---- controls ------------------------------------------------------------------------------
  for (const tab of document.querySelectorAll("[data-tab]")) {
    tab.addEventListener("click", () => openTab(tab.dataset.tab));
  }
  byId("fit").addEventListener("click", plots.fitAll);
  byId("colour").addEventListener("change", (event) => plots.colourBy(event.target.value));
  for (const layer of ["routes", "zones"]) {
    byId(`show-${layer}`)?.addEventListener("change", (event) => plots.show(layer, event.target.checked));
  }
  byId("show-day").addEventListener("click", () => showTimeline("day"));
  byId("show-route").addEventListener("click", () => showTimeline("route"));

  window.planPage = {
    tapped(layer, indices) {
      if (!indices.length) return;
      const name = plots.tappedName(layer, indices[0]);
      plots.untap(layer);
      if (layer === "bars") chooseCourier(courierOf.get(name));
      else chooseRequest(requestOf.get(name), false);
    },
  };
  listCouriers();
  listUnserved();
  const wanted = decodeURIComponent(location.hash.slice(1));
  if (courierOf.has(wanted)) chooseCourier(courierOf.get(wanted));
  else if (requestOf.has(wanted)) chooseRequest(requestOf.get(wanted), false);
  document.body.dataset.ready = "yes";
}

openPage();
