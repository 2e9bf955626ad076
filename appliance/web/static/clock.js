/** The time played, drawn: digits that change each second cost no layout so. It stands beside what says it in words. */

import { clockTime } from "./words.js";

let drawn = "";

/** Write seconds into a canvas; the same digits again draw nothing. */
export function drawClock(canvas, seconds) {
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  const text = seconds === null ? "" : clockTime(seconds);
  const style = getComputedStyle(canvas);
  const now = `${text}|${width}|${style.color}`;
  if (now === drawn || !width) return;
  drawn = now;
  const scale = Math.min(3, devicePixelRatio || 1);
  if (canvas.width !== Math.round(width * scale)) [canvas.width, canvas.height] = [Math.round(width * scale), Math.round(height * scale)];
  const ink = canvas.getContext("2d");
  ink.setTransform(scale, 0, 0, scale, 0, 0);
  ink.clearRect(0, 0, width, height);
  ink.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  ink.fillStyle = style.color;
  ink.textBaseline = "middle";
  ink.fillText(text, 0, height / 2);
}
