// The page is complete without this: here are only a filter, a copy button and a choice of colours.
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const root = document.documentElement;

  const theme = byId("theme");
  const isDark = () => (root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const label = () => { theme.textContent = isDark() ? "Light" : "Dark"; };
  theme.hidden = false;
  label();
  theme.addEventListener("click", () => { root.dataset.theme = isDark() ? "light" : "dark"; label(); });

  const copy = byId("copy");
  if (copy && navigator.clipboard) {
    copy.hidden = false;
    copy.addEventListener("click", async () => {
      await navigator.clipboard.writeText(byId("command").textContent);
      copy.textContent = "Copied";
    });
  }

  const table = byId("invariant-table");
  if (table) {
    const rows = [...table.tBodies[0].rows];
    const needle = byId("needle");
    const brokenOnly = byId("broken-only");
    const apply = () => {
      const wanted = needle.value.trim().toLowerCase();
      let shown = 0;
      for (const row of rows) {
        const fits = row.textContent.toLowerCase().includes(wanted) && !(brokenOnly.checked && row.dataset.verdict === "true");
        row.hidden = !fits;
        shown += fits ? 1 : 0;
      }
      byId("shown").textContent = `${shown} of ${rows.length}`;
    };
    document.querySelector(".filter").hidden = false;
    needle.addEventListener("input", apply);
    brokenOnly.addEventListener("change", apply);
    apply();
  }

  addEventListener("beforeprint", () => { for (const one of document.querySelectorAll("details.story")) one.open = true; });
})();
