/** Loaded before everything else: a page whose scripts came only in part (the network blinked) is loaded once more. */

addEventListener(
  "error",
  (event) => {
    if (event.target.type === "module") setTimeout(() => location.reload(), 2000);
  },
  true, // a script's own error does not rise
);
