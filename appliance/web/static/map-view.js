/** The map's canvas: songs as dots on the plane, moved and enlarged by finger, wheel and keys. */

import { ANGLES, ORDER, ORIGIN } from "./emotions.js";
import { drawFace } from "./face.js";
import { moodWord, t } from "./words.js";

const EDGE = 1.12; // how far the plane is shown beyond -1..1
const CLOSEST = 40; // times that it can be enlarged
const FINGER = 22; // pixels around a tap in which a song is found
const STILL = 6; // pixels that a finger may move and still taps
const STEP = 0.05; // of the plane, for a song moved by keys
const COLOURS = ["line", "soft", "ink", "card", "accent", "font", ...Array.from({ length: 12 }, (_, at) => `c${at}`)];
const dark = matchMedia("(prefers-color-scheme: dark)");

/**
 * `chosen(number)` is called for a song that is tapped (null for none), `placed(number, valence, arousal)` for one that
 * is put elsewhere. Returns how to `show` songs, `choose` one, `mark` others and to `draw`.
 */
export function mapView(canvas, { chosen, placed }) {
  const ink = canvas.getContext("2d");
  const fingers = new Map();
  let songs = { valence: [], arousal: [], cluster: [], names: [], count: 0 };
  let marked = { path: [], like: [], cluster: null };
  let choice = null;
  let [width, height, zoom, middle] = [0, 0, 1, [0, 0]];
  let colours = {};
  let waiting = 0;
  let drag = null;
  let keyed = 0;

  const unit = () => [(width / 2 / EDGE) * zoom, (height / 2 / EDGE) * zoom];
  const toScreen = (v, a) => [width / 2 + (v - middle[0]) * unit()[0], height / 2 - (a - middle[1]) * unit()[1]];
  const toPlane = (x, y) => [middle[0] + (x - width / 2) / unit()[0], middle[1] - (y - height / 2) / unit()[1]];
  const placeOf = (at) => (drag?.song === at || (keyed && at === choice) ? drag.at : [songs.valence[at], songs.arousal[at]]);
  const inside = (value) => Math.max(-1, Math.min(1, value));

  new ResizeObserver(resize).observe(canvas);
  dark.addEventListener("change", resize);

  function resize() {
    [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (!width || !height) return;
    const scale = Math.min(3, devicePixelRatio || 1);
    [canvas.width, canvas.height] = [width * scale, height * scale];
    ink.setTransform(scale, 0, 0, scale, 0, 0);
    const style = getComputedStyle(canvas);
    colours = Object.fromEntries(COLOURS.map((name) => [name, style.getPropertyValue(`--${name}`)]));
    draw();
  }

  const soon = () => {
    waiting ||= requestAnimationFrame(draw);
  };

  function draw() {
    cancelAnimationFrame(waiting);
    waiting = 0;
    if (!width) return;
    ink.clearRect(0, 0, width, height);
    drawPlane();
    drawSongs();
    drawMarked();
    drawNames();
    canvas.dataset.zoom = zoom.toFixed(2);
  }

  function drawPlane() {
    ink.lineWidth = 1;
    ink.strokeStyle = colours.line;
    const [x, y] = toScreen(0, 0);
    const [across, up] = unit();
    for (const share of [1, 0.5]) {
      ink.beginPath();
      ink.ellipse(x, y, across * share, up * share, 0, 0, 2 * Math.PI);
      ink.stroke();
    }
    ink.beginPath();
    ink.moveTo(x - across, y);
    ink.lineTo(x + across, y);
    ink.moveTo(x, y - up);
    ink.lineTo(x, y + up);
    ink.stroke();
    for (const [emotion, degrees] of [...Object.entries(ANGLES), ...ORIGIN.map((each) => [each, null])]) {
      const angle = (degrees * Math.PI) / 180;
      ink.save();
      ink.translate(...(degrees === null ? [x, y] : toScreen(Math.cos(angle), Math.sin(angle))));
      drawFace(ink, width < 480 ? 9 : 12, ORDER.map((each) => Number(each === emotion)));
      ink.restore();
    }
  }

  function drawSongs() {
    const size = Math.min(8, (songs.count > 5000 ? 1.6 : songs.count > 500 ? 2.4 : 3.6) * Math.sqrt(zoom));
    const groups = Array.from({ length: 13 }, () => []);
    for (let at = 0; at < songs.count; at += 1) {
      const [v, a] = placeOf(at);
      if (v < -1) continue;
      const [x, y] = toScreen(v, a);
      if (x < -size || y < -size || x > width + size || y > height + size) continue;
      groups[songs.cluster[at] < 0 ? 12 : songs.cluster[at] % 12].push(x, y);
    }
    groups.forEach((places, number) => {
      ink.fillStyle = number === 12 ? colours.soft : colours[`c${number}`];
      ink.globalAlpha = marked.cluster === null || marked.cluster === number ? 0.85 : 0.12;
      ink.beginPath();
      for (let at = 0; at < places.length; at += 2) {
        if (size < 2.2) ink.rect(places[at] - size, places[at + 1] - size, 2 * size, 2 * size);
        else {
          ink.moveTo(places[at] + size, places[at + 1]);
          ink.arc(places[at], places[at + 1], size, 0, 2 * Math.PI);
        }
      }
      ink.fill();
    });
    ink.globalAlpha = 1;
  }

  /** What plays and what follows, the songs like the chosen one, and that itself. */
  function drawMarked() {
    ink.strokeStyle = colours.accent;
    ink.lineWidth = 2;
    const path = marked.path.map((at) => toScreen(...placeOf(at)));
    ink.beginPath();
    path.forEach((place, at) => (at ? ink.lineTo(...place) : ink.moveTo(...place)));
    ink.stroke();
    path.forEach((place, at) => ring(...place, at ? 5 : 9));
    if (choice === null) return;
    const here = toScreen(...placeOf(choice));
    ink.strokeStyle = colours.ink;
    ink.setLineDash([3, 4]);
    ink.lineWidth = 1;
    for (const other of marked.like) {
      ink.beginPath();
      ink.moveTo(...here);
      ink.lineTo(...toScreen(...placeOf(other)));
      ink.stroke();
    }
    ink.setLineDash([]);
    ink.lineWidth = 3;
    ring(...here, 11);
  }

  function ring(x, y, radius) {
    ink.beginPath();
    ink.arc(x, y, radius, 0, 2 * Math.PI);
    ink.stroke();
  }

  function drawNames() {
    ink.font = `650 ${width < 480 ? 12 : 14}px ${colours.font}`;
    ink.lineJoin = "round";
    ink.lineWidth = 4;
    ink.strokeStyle = colours.card;
    const taken = [];
    const put = (text, x, y, colour, align = "center") => {
      const long = ink.measureText(text).width;
      const left = align === "center" ? Math.max(4, Math.min(width - long - 4, x - long / 2)) : align === "right" ? x - long : x;
      const box = [left, y - 12, left + long, y + 4];
      if (y < 14 || y > height - 4 || taken.some((other) => box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3])) return;
      taken.push(box);
      ink.strokeText(text, left, y);
      ink.fillStyle = colour;
      ink.fillText(text, left, y);
    };
    ink.textAlign = "left";
    const [x, y] = toScreen(0, 0);
    if (y > 0 && y < height) {
      put(t("unpleasant"), 4, y - 6, colours.soft, "left");
      put(t("pleasant"), width - 4, y - 6, colours.soft, "right");
    }
    if (x > 0 && x < width) {
      put(t("excited"), x + 6, 16, colours.soft, "left");
      put(t("calm"), x + 6, height - 8, colours.soft, "left");
    }
    for (const { name, at } of songs.names) put(name, ...toScreen(...at), colours.ink);
    for (const [emotion, degrees] of Object.entries(ANGLES)) {
      const [fx, fy] = toScreen(Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180));
      put(moodWord(emotion), fx, fy + 26, colours.soft);
    }
  }

  function nearest(x, y, reach) {
    let [found, best] = [null, reach * reach];
    for (let at = 0; at < songs.count; at += 1) {
      if (songs.valence[at] < -1 || (marked.cluster !== null && songs.cluster[at] !== marked.cluster)) continue;
      const [sx, sy] = toScreen(songs.valence[at], songs.arousal[at]);
      const far = (sx - x) ** 2 + (sy - y) ** 2;
      if (far < best) [found, best] = [at, far];
    }
    return found;
  }

  /** Enlarge by a factor, so that what is at a place of the canvas stays there. */
  function enlarge(by, x = width / 2, y = height / 2) {
    const before = toPlane(x, y);
    zoom = Math.max(1, Math.min(CLOSEST, zoom * by));
    const after = toPlane(x, y);
    moveTo(middle[0] + before[0] - after[0], middle[1] + before[1] - after[1]);
  }

  function moveTo(v, a) {
    const reach = EDGE * (1 - 1 / zoom);
    middle = [Math.max(-reach, Math.min(reach, v)), Math.max(-reach, Math.min(reach, a))];
    canvas.classList.toggle("enlarged", zoom > 1);
    soon();
  }

  function choose(at) {
    choice = at;
    marked.like = [];
    drag = null;
    keyed = 0;
    soon();
  }

  const spot = (event) => [event.offsetX, event.offsetY];

  canvas.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    canvas.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, { from: spot(event), at: spot(event), moved: false });
    const held = choice !== null && fingers.size === 1 && Math.hypot(...toScreen(...placeOf(choice)).map((value, axis) => value - spot(event)[axis])) < FINGER;
    drag = held ? { song: choice, at: [songs.valence[choice], songs.arousal[choice]] } : null;
  });
  canvas.addEventListener("pointermove", (event) => {
    const finger = fingers.get(event.pointerId);
    if (!finger) return;
    const [before, now] = [finger.at, spot(event)];
    const others = [...fingers.values()].filter((other) => other !== finger);
    finger.moved ||= Math.hypot(now[0] - finger.from[0], now[1] - finger.from[1]) > STILL;
    finger.at = now;
    if (others.length) {
      drag = null;
      const other = others[0];
      other.moved = true;
      const apart = (place) => Math.max(20, Math.hypot(place[0] - other.at[0], place[1] - other.at[1]));
      enlarge(apart(now) / apart(before), (now[0] + other.at[0]) / 2, (now[1] + other.at[1]) / 2);
    } else if (finger.moved && drag) {
      drag.at = toPlane(...now).map(inside);
      soon();
    } else if (finger.moved) {
      moveTo(middle[0] - (now[0] - before[0]) / unit()[0], middle[1] + (now[1] - before[1]) / unit()[1]);
    }
  });
  canvas.addEventListener("pointerup", (event) => {
    const finger = fingers.get(event.pointerId);
    fingers.delete(event.pointerId);
    if (!finger) return;
    const put = drag;
    drag = null;
    if (finger.moved && put) placed(put.song, ...put.at);
    else if (!finger.moved) chosen(nearest(...spot(event), event.pointerType === "mouse" ? FINGER / 2 : FINGER));
    soon();
  });
  canvas.addEventListener("pointercancel", (event) => {
    fingers.delete(event.pointerId);
    drag = null;
    soon();
  });
  canvas.addEventListener("dblclick", (event) => enlarge(2, ...spot(event)));
  canvas.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && document.activeElement !== canvas) return; // the page scrolls
      event.preventDefault();
      enlarge(Math.exp(-event.deltaY / 300), ...spot(event));
    },
    { passive: false },
  );

  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
  canvas.addEventListener("keydown", (event) => {
    const arrow = ARROWS[event.key];
    if (arrow && event.shiftKey && choice !== null) moveSong(arrow);
    else if (arrow) moveTo(middle[0] + (0.2 / zoom) * arrow[0], middle[1] + (0.2 / zoom) * arrow[1]);
    else if (event.key === "+" || event.key === "=") enlarge(1.4);
    else if (event.key === "-") enlarge(1 / 1.4);
    else if (event.key === "0") enlarge(1 / CLOSEST);
    else if (event.key === "Enter" && keyed) putSong();
    else if (event.key === "Enter") chosen(nearest(width / 2, height / 2, width + height));
    else if (event.key === "Escape" && choice !== null) chosen(null);
    else return;
    event.preventDefault();
  });
  canvas.addEventListener("blur", () => keyed && putSong());

  function moveSong(by) {
    drag ??= { song: choice, at: [songs.valence[choice], songs.arousal[choice]] };
    drag.at = drag.at.map((value, axis) => inside(value + STEP * by[axis]));
    keyed = 1;
    soon();
  }

  function putSong() {
    const put = drag;
    drag = null;
    keyed = 0;
    if (put) placed(put.song, ...put.at);
  }

  return {
    enlarge,
    choose,
    draw: soon,
    show(news) {
      songs = news;
      if (choice !== null && choice >= songs.count) choice = null;
      soon();
    },
    mark(news) {
      marked = { ...marked, ...news };
      soon();
    },
    /** Bring a song into sight. */
    see(at) {
      const [x, y] = toScreen(songs.valence[at], songs.arousal[at]);
      if (x < 20 || y < 20 || x > width - 20 || y > height - 20) moveTo(songs.valence[at], songs.arousal[at]);
    },
  };
}
