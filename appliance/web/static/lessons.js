/** Teaching the box where a song lies, with a way back; and hearing a song wherever its file is. */

import { get, post, remove } from "./api.js";

/** Where any song of the box can be heard. */
export const heardAt = (file) => `/api/library/song?${new URLSearchParams({ file })}`;

/** Have the box learn that a song is of an emotion (`{ emotion }`) or lies at a place; resolves to how to undo it. */
export async function teach(file, what) {
  const before = (await get("/api/lessons")).find((lesson) => lesson.kind === "placed" && lesson.file === file);
  const [was] = (await get(`/api/map/songs?${new URLSearchParams({ file })}`)).songs;
  await post("/api/lessons", { file, ...what });
  return async () => {
    if (before?.emotion) return post("/api/lessons", { file, emotion: before.emotion });
    if (before) return post("/api/lessons", { file, valence: was.valence, arousal: was.arousal });
    const lesson = (await get("/api/lessons")).find(({ kind, file: about }) => kind === "placed" && about === file);
    return lesson && remove(`/api/lessons/${lesson.id}`);
  };
}
