"use strict";
const element = (id) => document.getElementById(id);
(async () => {
  const { session } = await (await fetch("api/sessions", { method: "POST" })).json();
  const at = (path) => `api/sessions/${session}/${path}`;
  const events = new EventSource(at("events"));
  const rows = new Map();
  events.addEventListener("rows", (event) => {
    for (const row of JSON.parse(event.data)) {
      const line = rows.get(row.index) ?? element("rows").insertRow();
      rows.set(row.index, line);
      line.replaceChildren();
      for (const text of [row.name, row.score, row.grade, row.errors, row.warnings, row.notes]) {
        line.insertCell().textContent = text ?? "";
      }
    }
  });
  const say = (event) => { element("state").textContent = event.data; };
  events.addEventListener("progress", say);
  events.addEventListener("unreadable", say);
  events.addEventListener("settled", (event) => {
    say(event);
    element("downloads").replaceChildren(...["summary.xlsx", "reports.zip", "annotated.zip", "opinions.zip"].map((file) => {
      const link = document.createElement("a");
      link.href = at(`download/${file}`);
      link.textContent = file + " ";
      return link;
    }));
  });
  element("files").addEventListener("change", async () => {
    for (const file of element("files").files) {
      await fetch(at(`files?name=${encodeURIComponent(file.name)}`), { method: "POST", body: file });
    }
    await fetch(at("read"), { method: "POST" });
  });
  addEventListener("pagehide", () => navigator.sendBeacon(at("close")));
})();
