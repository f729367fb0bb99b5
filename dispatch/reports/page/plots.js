"use strict";
// The map and the timelines: Bokeh figures made by the program, filled here for what is chosen.

const ROW_PX = 19;
const MARGIN_MS = 20 * 60 * 1000;
const COLOURS = { parcel: "#0072B2", bulky: "#E69F00", unload: "#009E73", wrong: "#D55E00",
  drive: "#7F8C99", wait: "#DCE1E6", break: "#F4E98C", promised: "#D6E8F5" };
const MANY = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#7A5195", "#B8A000",
  "#004D40", "#A0522D", "#5D6D7E"];

function short(name) {
  return name.length <= 18 ? name : `${name.slice(0, 17)}…`;
}

async function makePlots(data, requestOf) {
  const plot = {};
  for (const name of ["map", "day", "route"]) {
    const item = JSON.parse(document.getElementById(`${name}-item`).textContent);
    const views = await Bokeh.embed.embed_item(item, name);
    plot[name] = views.roots[0].model;
  }
  const part = (figure, name) => plot[figure].document.get_model_by_name(name);
  const fill = (figure, name, columns) => { part(figure, name).data = columns; };
  const courierIndex = new Map(data.couriers.map((courier, index) => [courier.id, index]));
  const zones = [...new Set(data.requests.map((request) => request.zone))].sort();
  let chosen = null;

  // ---- the map keeps a metre the same length both ways --------------------------------------
  const map = plot.map;
  function look(x, y, metresPerPixel) {
    const halfWidth = (map.inner_width * metresPerPixel) / 2;
    const halfHeight = (map.inner_height * metresPerPixel) / 2;
    map.x_range.setv({ start: x - halfWidth, end: x + halfWidth });
    map.y_range.setv({ start: y - halfHeight, end: y + halfHeight });
  }
  function fit(places, leastMetres) {
    if (!places.length) places = [[-5000, -5000], [5000, 5000]];
    const xs = places.map((place) => place[0]), ys = places.map((place) => place[1]);
    const [west, east, south, north] =
      [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const scale = Math.max((east - west) / (map.inner_width - 160),
      (north - south) / (map.inner_height - 100), leastMetres / map.inner_height);
    look((west + east) / 2, (south + north) / 2, scale);
  }
  const everywhere = [...data.requests, ...data.hubs].map((thing) => thing.xy)
    .concat(data.couriers.filter((courier) => courier.visits.length).map((courier) => courier.start));
  const fitAll = () => fit(everywhere, 1000);
  function keepAspect() {
    if (!map.inner_width || !map.inner_height) return;
    const { x_range, y_range } = map;
    const scale = (y_range.end - y_range.start) / map.inner_height;
    if (y_range.end - y_range.start <= 2) return fitAll();
    look((x_range.start + x_range.end) / 2, (y_range.start + y_range.end) / 2, scale);
  }
  for (const side of ["inner_width", "inner_height"]) {
    map.connect(map.properties[side].change, keepAspect);
  }
  keepAspect();

  // ---- labels of unserved requests, as many as cover nothing -------------------------
  const unserved = part("map", "unserved");
  function label() {
    const { x, y, id, price } = unserved.data;
    const scale = (map.x_range.end - map.x_range.start) / map.inner_width;
    const marks = [...x].map((_, index) => [x[index], y[index]]);
    const stops = part("map", "chosen_stops").data;
    marks.push(...[...stops.x].map((_, index) => [stops.x[index], stops.y[index]]));
    const taken = marks.map(([east, north]) =>
      [east / scale - 8, north / scale - 8, east / scale + 8, north / scale + 8]);
    unserved.data.label = [...id].map((name, index) => {
      const text = `${name} ${price[index]}`;
      const box = [x[index] / scale + 9, y[index] / scale - 9,
        x[index] / scale + 12 + [...text].length * 8, y[index] / scale + 9];
      const free = taken.every((other) => box[2] < other[0] || other[2] < box[0] ||
        box[3] < other[1] || other[3] < box[1]);
      if (free) taken.push(box);
      return free ? text : "";
    });
    unserved.change.emit();
  }
  let pending = 0;
  map.x_range.connect(map.x_range.change, () => {
    clearTimeout(pending);
    pending = setTimeout(label, 60);
  });
  label();

  // ---- rows of a timeline keep their height; the wheel scrolls -------------------------------
  function showRows(figure, count, around) {
    if (!figure.inner_height) return;
    const rows = figure.inner_height / ROW_PX;
    const first = Math.min(Math.max(around - rows / 2, -0.6), Math.max(count - 0.4 - rows, -0.6));
    const range = figure.y_range;
    const bottom = Math.max(count - 0.4, first + rows);
    range.setv({ bounds: null });
    range.setv({ start: first + rows, end: first });
    range.setv({ bounds: [-0.6, bottom] });
  }
  const rowsOfDay = () => showRows(plot.day, data.couriers.length, chosen ? courierIndex.get(chosen.id) : 0);
  const rowsOfRoute = () => showRows(plot.route, chosen ? chosen.visits.length + 1 : 0, 0);
  plot.day.connect(plot.day.properties.inner_height.change, rowsOfDay);
  plot.route.connect(plot.route.properties.inner_height.change, rowsOfRoute);
  rowsOfDay();

  // ---- the chosen courier --------------------------------------------------------------------
  function dim(on) {
    const marks = part("map", "stop_marks").glyph;
    marks.fill_alpha = on ? 0.3 : 1;
    part("map", "route_lines").glyph.line_alpha = on ? 0.1 : 0.25;
  }
  function chooseOnMap(courier) {
    const stops = { x: [], y: [], color: [], marker: [], line: [], number: [], ink: [], size: [] };
    const route = { x: [], y: [] }, ends = { x: [], y: [], marker: [], label: [] };
    if (courier && courier.visits.length) {
      const path = [courier.start];
      let number = 0, last = null;
      for (const visit of courier.visits) {
        if (!visit.xy) continue;
        number += 1;
        path.push(visit.xy);
        if (last && String(last) === String(visit.xy) && visit.type === "pickup") {
          const first = String(stops.number.at(-1)).split("–")[0];
          stops.number[stops.number.length - 1] = `${first}–${number}`;
          stops.size[stops.size.length - 1] = 36;
          continue;
        }
        last = visit.xy;
        const kind = visit.type === "pickup" ? requestOf.get(visit.id).class : "unload";
        stops.x.push(visit.xy[0]);
        stops.y.push(visit.xy[1]);
        stops.color.push(COLOURS[kind]);
        stops.ink.push(kind === "bulky" ? "#1F2933" : "#FFFFFF");
        stops.marker.push(kind === "parcel" ? "circle" : kind === "bulky" ? "square" : "diamond");
        stops.line.push(visit.late_s > 0 ? COLOURS.wrong : "#FFFFFF");
        stops.number.push(String(number));
        stops.size.push(21);
      }
      if (courier.end) path.push(courier.end);
      if (courier.ways.length) path.splice(0, path.length, ...courier.ways.flat());
      route.x = path.map((place) => place[0]);
      route.y = path.map((place) => place[1]);
    }
    if (courier) {
      const same = courier.end && String(courier.end) === String(courier.start);
      const marks = [[courier.start, "triangle", same ? "start, end" : "start"]];
      if (courier.end && !same) marks.push([courier.end, "inverted_triangle", "end"]);
      for (const [place, marker, text] of marks) {
        ends.x.push(place[0]); ends.y.push(place[1]); ends.marker.push(marker); ends.label.push(text);
      }
    }
    fill("map", "chosen_route", route);
    fill("map", "chosen_stops", stops);
    fill("map", "chosen_ends", ends);
    dim(Boolean(courier));
    if (courier) fit(route.x.length ? route.x.map((x, i) => [x, route.y[i]]) : [courier.start], 1500);
  }
  function chooseOnRoute(courier) {
    const bars = { left: [], right: [], top: [], bottom: [], color: [], what: [] };
    const promised = { left: [], right: [], top: [], bottom: [], color: [], what: [] };
    const late = { x: [], y: [], label: [] };
    const bar = (into, left, right, row, half, color, what) => {
      into.left.push(left); into.right.push(right); into.top.push(row - half);
      into.bottom.push(row + half); into.color.push(color); into.what.push(what);
    };
    const visits = courier ? courier.visits : [];
    const names = {};
    visits.forEach((visit, row) => {
      names[row] = short(visitName(visit));
      if (visit.type !== "pickup") return;
      for (const [start, end] of requestOf.get(visit.id).windows) {
        bar(promised, start, end, row, 0.42, COLOURS.promised, `promised ${visit.id}`);
      }
      if (visit.late_s > 0) {
        bar(bars, visit.start - visit.late_s * 1000, visit.start, row, 0.42, COLOURS.wrong, "late");
        late.x.push(visit.finish); late.y.push(row); late.label.push(`${lasting(visit.late_s)} late`);
      }
    });
    for (const [activity, start, end, position] of courier ? courier.segments : []) {
      const visit = visits[position];
      const kind = activity === "service" ? requestOf.get(visit.id).class : activity;
      if (!visit) names[position] = "end place";
      const half = activity === "drive" ? 0.1 : activity === "wait" ? 0.2 : 0.3;
      bar(bars, start, end, position, half, COLOURS[kind], visit ? `${activity} ${visit.id}` : activity);
    }
    const axis = plot.route.left[0];
    axis.ticker.ticks = Object.keys(names).map(Number);
    axis.major_label_overrides = new Map(Object.entries(names).map(([row, name]) => [Number(row), name]));
    fill("route", "route_windows", promised);
    fill("route", "route_bars", bars);
    fill("route", "route_late", late);
    if (visits.length) {
      const [from, to] = plot.route.x_range.bounds;
      plot.route.x_range.setv({
        start: Math.max(from, Math.min(courier.depart, ...promised.left) - MARGIN_MS),
        end: Math.min(to, Math.max(courier.finish, ...promised.right) + MARGIN_MS),
      });
    }
    rowsOfRoute();
  }

  function colourBy(kind) {
    const stops = part("map", "stops"), { id } = stops.data;
    stops.data.color = [...id].map((name) => {
      const request = requestOf.get(name);
      if (kind === "courier") return MANY[request.courier % MANY.length];
      if (kind === "zone") return MANY[zones.indexOf(request.zone) % MANY.length];
      return COLOURS[request.class];
    });
    stops.change.emit();
  }

  return {
    fitAll,
    colourBy,
    choose(courier) {
      chosen = courier;
      chooseOnMap(courier);
      chooseOnRoute(courier);
      fill("day", "chosen_row", { row: courier ? [courierIndex.get(courier.id)] : [] });
    },
    scrollDay: rowsOfDay,
    mark(place, near) {
      fill("map", "found", { x: place ? [place[0]] : [], y: place ? [place[1]] : [] });
      if (place && near) fit([place], 4000);
    },
    show(layer, on) {
      const names = layer === "routes" ? ["route_lines"] : ["zone_areas", "zone_labels"];
      for (const name of names) part("map", name).visible = on;
    },
    tappedName(layer, index) {
      const column = layer === "bars" ? part("day", "bars").data.courier : part("map", layer).data.id;
      return column[index];
    },
    untap(layer) {
      part(layer === "bars" ? "day" : "map", layer).selected.indices = [];
    },
  };
}
