/** Aim: the outline of the frame with the faces in it, for setting up the camera. No picture ever comes here. */

import { get } from "./api.js";
import { byId, el, meter, put, say, svg } from "./dom.js";
import { watch } from "./live.js";
import { number, t } from "./words.js";

let stop = null;

export async function enter() {
  stop ??= watch("aim", show);
  try {
    show(await get("/api/aim"));
  } catch (error) {
    say(byId("advice"), error.message);
  }
}

export function leave() {
  stop?.();
  stop = null;
}

function show({ frame, faces, light, advice, well }) {
  say(byId("advice"), advice);
  byId("frame").classList.toggle("well", well);
  put(byId("frame"), drawing(frame ?? { width: 1280, height: 720 }, faces, Boolean(frame)));
  const near = faces
    .filter((face) => face.distance !== null && face.distance !== undefined)
    .map((face) => metres(face.distance));
  put(
    byId("aim-facts"),
    el("dt", {}, t("Faces")),
    el("dd", {}, faces.length ? String(faces.length) : t("none in sight")),
    el("dt", {}, t("Distance")),
    el("dd", {}, near.join(", ") || "–"),
    el("dt", {}, t("Light")),
    el("dd", {}, light === null ? "–" : [lightWords(light), meter(light / 255, t("Light"))]),
  );
}

const metres = (distance) => t("{number} m", { number: number(distance, 1) });

/** 0..255, the mean brightness of the frame. */
function lightWords(light) {
  if (light < 31) return t("too dark");
  if (light < 70) return t("rather dark");
  return light > 237 ? t("very bright") : t("good");
}

/** As in a mirror: whoever moves to the right sees the box move to the right. */
function drawing({ width, height }, faces, open) {
  const size = height / 18;
  const parts = [
    svg("rect", { class: "edge", x: 0, y: 0, width, height, rx: height / 40 }),
    svg("path", {
      class: "thirds",
      d: `M${width / 3} 0V${height}M${(2 * width) / 3} 0V${height}M0 ${height / 3}H${width}M0 ${(2 * height) / 3}H${width}`,
    }),
    svg("ellipse", { class: "aimed", cx: width / 2, cy: height * 0.42, rx: width * 0.14, ry: height * 0.14 }),
  ];
  for (const {
    box: [x, y, wide, high],
    distance,
  } of faces) {
    const left = width - x - wide;
    parts.push(
      svg("rect", { class: "face", x: left, y, width: wide, height: high, rx: Math.min(wide, high) / 5 }),
      svg("circle", { class: "middle", cx: left + wide / 2, cy: y + high / 2, r: size / 4 }),
    );
    if (distance)
      parts.push(
        svg(
          "text",
          {
            class: "face-word",
            x: left + wide / 2,
            y: Math.min(height - size / 3, y + high + size),
            "font-size": size,
          },
          metres(distance),
        ),
      );
  }
  if (!open)
    parts.push(
      svg("text", { class: "none", x: width / 2, y: height * 0.9, "font-size": size }, t("The camera is not open")),
    );
  const told = faces.length ? t("{count} in the frame", { count: faces.length }) : t("no face in the frame");
  return svg(
    "svg",
    {
      viewBox: `-2 -2 ${width + 4} ${height + 4}`,
      role: "img",
      "aria-label": t("The frame, seen as in a mirror: {what}", { what: told }),
    },
    ...parts,
  );
}
