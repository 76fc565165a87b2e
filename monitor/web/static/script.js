// What the page does beyond links and forms: keys, answers in place, undo, and news. Everything works without it.
"use strict";
(() => {
  const NEWS_EVERY = 20_000, NEWS_SLOWEST = 300_000, CHORD = 1500;
  const find = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const main = () => find("#main");
  let asking = 0;

  // Says a line to those who listen, and shows it to those who look.
  function tell(text, link) {
    const box = document.createElement("p"), news = find("#news");
    box.textContent = text + " ";
    if (link) {
      const to = document.createElement("a");
      to.href = location.href;
      to.textContent = link;
      to.addEventListener("click", event => { event.preventDefault(); show(location.href); });
      box.append(to);
    }
    news.className = "wrap";
    news.replaceChildren(box);
    box.className = "notice";
  }

  // Puts the page that the server answered in place of this one: its content, its head line and its count.
  function put(text, address, keep) {
    const page = new DOMParser().parseFromString(text, "text/html");
    const content = find("#main", page);
    if (!content) { location.assign(address); return; }
    document.title = page.title;
    document.body.dataset.seen = page.body.dataset.seen || "";
    main().replaceWith(document.adoptNode(content));
    find(".top nav").replaceWith(document.adoptNode(find(".top nav", page)));
    find("#news").replaceChildren();
    if (keep) history.replaceState(null, "", address); else history.pushState(null, "", address);
    const said = find("[data-say]");
    if (said) {
      const line = document.createElement("p");
      line.className = "unseen";
      line.textContent = said.innerText;
      find("#news").replaceChildren(line);
    }
    const focus = find("[data-focus]") || main();
    focus.focus({ preventScroll: true });
    (find(".cur") || said || document.body).scrollIntoView({ block: "nearest" });
  }

  async function show(address, options = {}, keep = true) {
    const mine = ++asking;
    main().setAttribute("aria-busy", "true");
    try {
      const response = await fetch(address, { ...options, headers: { Accept: "text/html" } });
      const text = await response.text();
      if (mine === asking) put(text, response.url, keep);
    } catch {
      main().removeAttribute("aria-busy");
      tell(document.body.dataset.offline);
    }
  }

  document.addEventListener("submit", event => {
    const form = event.target, by = event.submitter;
    const fields = new URLSearchParams(new FormData(form));
    if (by && by.name) fields.set(by.name, by.value);
    if (form.method === "post" && form.dataset.sent !== "") {
      event.preventDefault();
      if (main().getAttribute("aria-busy") === "true") return;
      show(form.action, { method: "POST", body: fields });
    } else if ("auto" in form.dataset) {
      event.preventDefault();
      show(`${form.getAttribute("action")}?${fields}`);
    }
  });
  document.addEventListener("change", event => {
    const form = event.target.form;
    if (form && "auto" in form.dataset) form.requestSubmit();
  });
  addEventListener("popstate", () => show(location.href));

  // Keys, as in Miniflux. One alone does nothing while a field has the focus, and nothing where they were turned off (WCAG 2.1.4).
  const items = () => all("[data-item]");
  const current = () => find("[data-item][aria-current]") || null;
  const isHere = element => element && element.offsetParent !== null;

  function move(step) {
    const list = items().filter(isHere), at = list.indexOf(current());
    const next = list[at < 0 ? (step > 0 ? 0 : list.length - 1) : at + step];
    if (!next) return;
    const open = find("[data-open]", next);
    if (next.closest(".queue") && open) { show(open.href); return; }
    items().forEach(item => item.removeAttribute("aria-current"));
    next.setAttribute("aria-current", "true");
    (open || find("a, button", next) || next).focus();
    next.scrollIntoView({ block: "nearest" });
  }

  function press(key) {
    const target = key === "u" ? find(".toast [data-key=u]") || find("[data-key=u]", current() || main())
      : current() && find(`[data-key=${key}]`, current());
    if (target) target.click();
  }

  const keys = {
    j: () => move(1),
    k: () => move(-1),
    o: () => {
      const link = current() && find("a[data-article]", current());
      if (link) open(link.href, "_blank", "noopener,noreferrer");
    },
    "/": () => find("#q").select(),
    "?": () => find("#help").showModal(),
    "g u": () => location.assign("/"),
    "g r": () => location.assign("/review"),
  };
  for (const key of "yncl".split("").concat("u")) keys[key] = () => press(key);

  let chord = "", until = 0;
  document.addEventListener("keydown", event => {
    const where = event.target;
    const isField = where.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(where.tagName);
    if (isField && event.key === "Escape") where.blur();
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing || isField) return;
    if (document.body.dataset.keys === "off" || find("dialog[open]")) return;
    const held = Date.now() < until ? chord : "";
    chord = "";
    const does = keys[held ? `${held} ${event.key}` : event.key];
    if (does) { event.preventDefault(); does(); } else if (event.key === "g") { chord = "g"; until = Date.now() + CHORD; }
  });

  // News: asked for while somebody looks, ever more rarely while the server does not answer. Nothing moves until it is wanted.
  let wait = NEWS_EVERY;
  async function news() {
    const seen = document.body.dataset.seen;
    if (seen && !document.hidden) {
      try {
        const response = await fetch(`/live?seen=${encodeURIComponent(seen)}`);
        if (!response.ok) throw new Error(response.status);
        const found = await response.json();
        wait = NEWS_EVERY;
        if (found.news && document.body.dataset.told !== found.seen) {
          document.body.dataset.told = found.seen;
          tell(found.news, found.show);
        }
      } catch { wait = Math.min(wait * 2, NEWS_SLOWEST); }
    }
    setTimeout(news, wait);
  }
  setTimeout(news, wait);
})();
