// Plays one simulated day on a map: couriers moving, requests appearing, collected or late.
(function () {
  "use strict";
  const data = JSON.parse(document.getElementById("playback-data").textContent);
  const canvas = document.getElementById("playback");
  const pen = canvas.getContext("2d");
  const byId = (id) => document.getElementById(id);
  const [slider, clock, play, speed, policy, counts, tip] = [
    "playback-time", "playback-clock", "playback-play", "playback-speed", "playback-policy",
    "playback-counts", "playback-tip",
  ].map(byId);
  const INK = "#1f2933", GOOD = "#2b7a4b", WAITS = "#2f6fb3", LATE = "#b34700", QUIET = "#9aa5b1";
  const GONE_AFTER_S = 900;
  const MARGIN = 14;
  let now = data.from_s, playing = false, before = 0, day = data.days[0], view = null, hits = [];

  const REQUEST = ["id", "lon", "lat", "kind", "answered", "opens", "ends", "rang", "collected",
                   "outcome", "courier", "moved", "cancelled"];
  for (const one of data.days) {
    one.requests = one.requests.map((row) => Object.fromEntries(row.map((v, i) => [REQUEST[i], v])));
    for (const request of one.requests) request.outcome = data.outcomes[request.outcome];
    const option = document.createElement("option");
    option.textContent = one.policy;
    policy.append(option);
  }
  slider.min = data.from_s;
  slider.max = data.to_s;

  function clockText(second) {
    const pad = (n) => String(n).padStart(2, "0");
    return pad(Math.floor(second / 3600)) + ":" + pad(Math.floor(second / 60) % 60);
  }

  // All doors, and where couriers begin, fill the map.
  function makeView() {
    const points = data.days.flatMap((one) => one.requests.map((r) => [r.lon, r.lat]));
    for (const courier of day.couriers) points.push(courier.at);
    const range = (axis) => {
      const sorted = points.map((p) => p[axis]).sort((a, b) => a - b);
      return [sorted[0], sorted[sorted.length - 1]];
    };
    const [west, east] = range(0), [south, north] = range(1);
    const squeeze = Math.cos(((south + north) / 2) * Math.PI / 180);
    const ratio = window.devicePixelRatio || 1;
    const width = canvas.clientWidth, height = canvas.clientHeight;
    canvas.width = width * ratio;
    canvas.height = height * ratio;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    const scale = Math.min((width - 2 * MARGIN) / ((east - west) * squeeze || 1e-6),
                           (height - 2 * MARGIN) / ((north - south) || 1e-6));
    const left = (width - (east - west) * squeeze * scale) / 2;
    const top = (height - (north - south) * scale) / 2;
    const metresPerPixel = 111195 / scale;
    view = {
      width, height, metresPerPixel,
      x: (lon) => left + (lon - west) * squeeze * scale,
      y: (lat) => top + (north - lat) * scale,
    };
  }

  function placeOf(courier) {
    let [lon, lat] = courier.at, moving = false, from = null;
    for (const [depart, arrive, lon0, lat0, lon1, lat1] of courier.legs) {
      if (now < depart) break;
      if (now < arrive) {
        const share = (now - depart) / (arrive - depart);
        from = [lon0, lat0];
        lon = lon0 + (lon1 - lon0) * share;
        lat = lat0 + (lat1 - lat0) * share;
        moving = true;
        break;
      }
      [lon, lat] = [lon1, lat1];
    }
    return { lon, lat, moving, from };
  }

  function stateOf(request) {
    if (now < request.answered) return null;
    if (request.outcome === "refused") {
      return now < request.answered + GONE_AFTER_S ? "refused" : null;
    }
    if (request.cancelled !== null && now >= request.cancelled) return null;
    if (request.rang !== null && now >= request.rang) {
      if (request.collected !== null && now >= request.collected) {
        return request.rang > request.ends ? "collected late" : "collected";
      }
      return now < request.rang + GONE_AFTER_S ? "at the door" : "to be visited again";
    }
    if (now > request.ends) return "late";
    return now >= request.opens ? "waiting" : "booked";
  }

  const LOOKS = {
    "booked": [WAITS, 2.5, false], "waiting": [WAITS, 3.5, true], "late": [LATE, 5, true],
    "at the door": [GOOD, 4, true], "to be visited again": [GOOD, 3.5, false],
    "collected": [QUIET, 1.5, true], "collected late": [LATE, 2, true], "refused": [LATE, 4, false],
  };

  function drawRequest(request, state) {
    const [colour, size, filled] = LOOKS[state];
    const x = view.x(request.lon), y = view.y(request.lat);
    pen.beginPath();
    if (request.kind === "bulky") pen.rect(x - size, y - size, 2 * size, 2 * size);
    else pen.arc(x, y, size, 0, 2 * Math.PI);
    if (filled) {
      pen.fillStyle = colour;
      pen.fill();
    } else {
      pen.strokeStyle = colour;
      pen.lineWidth = 1.2;
      pen.stroke();
    }
    if (!state.startsWith("collected")) {
      const promise = request.opens === null ? "refused"
        : `promised ${clockText(request.opens)} to ${clockText(request.ends)}`
          + (request.moved ? ", moved" : "");
      hits.push([x, y, `${request.id}, ${request.kind}: ${state}; ${promise}`]);
    }
  }

  function drawCourier(courier) {
    if (now < courier.shift[0]) return "off";
    const place = placeOf(courier);
    const x = view.x(place.lon), y = view.y(place.lat);
    const broken = courier.broke !== null && now >= courier.broke;
    const resting = courier.rest !== null && now >= courier.rest[0] && now < courier.rest[1];
    const over = !place.moving && now >= courier.shift[1];
    if (over && !broken) return "off";
    if (place.from) {
      pen.beginPath();
      pen.moveTo(view.x(place.from[0]), view.y(place.from[1]));
      pen.lineTo(x, y);
      pen.strokeStyle = "rgba(31, 41, 51, 0.28)";
      pen.lineWidth = 1;
      pen.stroke();
    }
    const size = courier.vehicle === "van" ? 6 : 4.5;
    pen.beginPath();
    pen.moveTo(x, y - size);
    pen.lineTo(x + size, y + size * 0.8);
    pen.lineTo(x - size, y + size * 0.8);
    pen.closePath();
    pen.fillStyle = broken ? LATE : place.moving ? INK : "white";
    pen.fill();
    pen.strokeStyle = broken ? LATE : resting ? QUIET : INK;
    pen.lineWidth = 1.3;
    pen.stroke();
    const doing = broken ? "broken down" : resting ? "on a break"
      : place.moving ? "driving" : "standing";
    hits.push([x, y, `${courier.id}, ${courier.vehicle}: ${doing}`]);
    return doing;
  }

  function drawScale() {
    const wanted = view.metresPerPixel * 120;
    const step = 10 ** Math.floor(Math.log10(wanted));
    const metres = [5, 2, 1].map((n) => n * step).find((n) => n <= wanted) || step;
    const length = metres / view.metresPerPixel, y = view.height - 12;
    pen.strokeStyle = pen.fillStyle = INK;
    pen.lineWidth = 1.5;
    pen.beginPath();
    pen.moveTo(12, y - 4);
    pen.lineTo(12, y);
    pen.lineTo(12 + length, y);
    pen.lineTo(12 + length, y - 4);
    pen.stroke();
    pen.font = "11px system-ui, sans-serif";
    pen.fillText(metres >= 1000 ? `${metres / 1000} km` : `${metres} m`, 18 + length, y + 1);
  }

  function draw() {
    pen.clearRect(0, 0, view.width, view.height);
    hits = [];
    for (const [id, lon, lat] of data.hubs) {
      pen.strokeStyle = QUIET;
      pen.lineWidth = 1.5;
      pen.strokeRect(view.x(lon) - 5, view.y(lat) - 5, 10, 10);
      hits.push([view.x(lon), view.y(lat), `hub ${id}`]);
    }
    const seen = {};
    const drawn = day.requests.map((request) => [request, stateOf(request)])
      .filter(([, state]) => state !== null);
    // What matters most is drawn last.
    const order = Object.keys(LOOKS).sort((a, b) => LOOKS[a][1] - LOOKS[b][1]);
    drawn.sort((a, b) => order.indexOf(a[1]) - order.indexOf(b[1]));
    for (const [request, state] of drawn) {
      drawRequest(request, state);
      seen[state] = (seen[state] || 0) + 1;
    }
    const doing = {};
    for (const courier of day.couriers) {
      const what = drawCourier(courier);
      doing[what] = (doing[what] || 0) + 1;
    }
    drawScale();
    const n = (of, ...names) => names.reduce((sum, name) => sum + (of[name] || 0), 0);
    clock.textContent = clockText(now);
    slider.value = now;
    const parts = [
      `${n(seen, "booked")} booked`, `${n(seen, "waiting", "to be visited again")} waiting`,
      `${n(seen, "late")} late now`, `${n(seen, "collected", "collected late")} collected`,
      `${n(seen, "collected late")} of them late`,
      `${n(doing, "driving")} couriers driving`, `${n(doing, "standing")} at doors or idle`,
      `${n(doing, "on a break")} on a break`,
    ];
    if (n(doing, "broken down")) parts.push(`${n(doing, "broken down")} broken down`);
    counts.textContent = parts.join(" · ");
  }

  function step(at) {
    if (!playing) return;
    now += Math.min(at - before, 250) / 1000 * Number(speed.value);
    before = at;
    if (now >= data.to_s) {
      now = data.to_s;
      setPlaying(false);
    }
    draw();
    requestAnimationFrame(step);
  }

  function setPlaying(on) {
    playing = on;
    play.textContent = on ? "pause" : "play";
    if (!on) return;
    if (now >= data.to_s) now = data.from_s;
    before = performance.now();
    requestAnimationFrame(step);
  }

  play.addEventListener("click", () => setPlaying(!playing));
  slider.addEventListener("input", () => { now = Number(slider.value); draw(); });
  policy.addEventListener("change", () => { day = data.days[policy.selectedIndex]; draw(); });
  canvas.addEventListener("mousemove", (event) => {
    let best = null, nearest = 10;
    for (const [x, y, text] of hits) {
      const far = Math.hypot(x - event.offsetX, y - event.offsetY);
      if (far <= nearest) [best, nearest] = [text, far];
    }
    tip.textContent = best || "";
  });
  window.addEventListener("resize", () => { makeView(); draw(); });
  now = Math.min(Math.max(10.5 * 3600, data.from_s), data.to_s);
  makeView();
  draw();
})();
