// Runs before the first paint, so that nobody sees the wrong theme flash by. A file of its own, because the page allows
// no inline scripts. src/lib/theme.ts reads and writes the same key.
(function () {
  var choice = null;
  try {
    choice = localStorage.getItem("countersign.theme");
  } catch {
    // Storage is blocked: follow the system.
  }
  var dark = choice === "dark" || (choice !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.classList.toggle("dark", dark);
})();
