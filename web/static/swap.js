// Swaps regions of a page in place. Every link and form works without this script; it only spares the reload.
(function () {
  "use strict";
  document.documentElement.classList.add("js");
  var asking = false, again = false, tick = Date.now(), heard = 0, source = null;
  var SILENT_MS = 40000;

  function say(words) {
    var notice = document.getElementById("notice");
    notice.textContent = words;
    notice.hidden = !words;
  }

  function put(old, fresh) {
    var focused = document.activeElement && document.activeElement.id;
    old.parentNode.replaceChild(document.importNode(fresh, true), old);
    var again = focused && document.getElementById(focused);
    if (again && document.activeElement !== again) { again.focus({ preventScroll: true }); }
  }

  // The live parts only: what people are typing stays where it is.
  function swapLive(page) {
    document.querySelectorAll("[data-live]").forEach(function (old) {
      var fresh = page.getElementById(old.id);
      if (fresh && fresh.outerHTML !== old.outerHTML) { put(old, fresh); }
    });
    tick = Date.now();
  }

  // The whole page after somebody's own tap; words typed elsewhere are carried over.
  function swapMain(page, address, sent) {
    var typed = {};
    document.querySelectorAll("textarea").forEach(function (one) {
      if (!sent || !sent.contains(one)) { typed[one.id] = one.value; }
    });
    put(document.getElementById("main"), page.getElementById("main"));
    Object.keys(typed).forEach(function (id) {
      var one = document.getElementById(id);
      if (one) { one.value = typed[id]; }
    });
    history.replaceState(null, "", address);
    tick = Date.now();
  }

  function load(address, options, done) {
    return fetch(address, options).then(function (answer) {
      return answer.text().then(function (html) {
        var page = new DOMParser().parseFromString(html, "text/html");
        var words = page.getElementById("error-words");
        if (!answer.ok) { say(words ? words.textContent : "没有做成，请刷新页面再试。"); return; }
        say("");
        done(page, answer.url);
      });
    }).catch(function () { say("连不上程序。它可能停了，稍等或刷新页面。"); });
  }

  function refresh() {
    if (asking) { again = true; return; }
    asking = true;
    load(location.href, {}, swapLive).then(function () {
      asking = false;
      if (again) { again = false; refresh(); }
    });
  }

  document.addEventListener("submit", function (event) {
    var form = event.target, button = event.submitter;
    if (!form.hasAttribute("data-swap")) { return; }
    event.preventDefault();
    var body = new FormData(form);
    if (button && button.name) { body.append(button.name, button.value); }
    if (form.getAttribute("enctype") !== "multipart/form-data") { body = new URLSearchParams(body); }
    load(form.getAttribute("action"), { method: "POST", body: body }, function (page, address) {
      swapMain(page, address, form.hasAttribute("data-say") ? form : null);
    });
  });

  document.addEventListener("click", function (event) {
    var copy = event.target.closest("[data-copy]"), link = event.target.closest("a[data-swap]");
    if (event.target.closest("[data-print]")) {
      window.print();
    } else if (copy) {
      navigator.clipboard.writeText(document.getElementById(copy.getAttribute("data-copy")).textContent).then(
        function () { copy.textContent = "已复制，去群里粘贴"; },
        function () { say("浏览器不让复制，请按住文字手动复制。"); });
    } else if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      load(link.href, {}, swapMain);
    }
  });

  document.addEventListener("keydown", function (event) {
    var form = event.target.form;
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.target.tagName === "TEXTAREA" && form && form.hasAttribute("data-say")) {
      event.preventDefault();
      form.querySelector("button.primary").click();
    }
  });

  setInterval(function () {
    var face = document.getElementById("clock-face"), time = document.getElementById("clock-time");
    if (!face || face.getAttribute("data-running") !== "yes") { return; }
    var shanghai = new Date(face.getAttribute("data-now") * 1000 + (Date.now() - tick) + 8 * 3600 * 1000);
    time.textContent = time.textContent.slice(0, -8) + shanghai.toISOString().slice(11, 19);
  }, 1000);

  var main = document.getElementById("main");
  // A page that nobody looks at holds no stream open; one that hears nothing asks by itself.
  function listen() {
    var from = main.getAttribute("data-live-from");
    if (!from || !window.EventSource) { return; }
    source = new EventSource(from);
    function hears() { heard = Date.now(); }
    source.addEventListener("open", function () { hears(); refresh(); });
    source.addEventListener("alive", hears);
    source.addEventListener("change", function () { hears(); refresh(); });
    source.addEventListener("error", function () { heard = 0; });
  }
  listen();
  document.addEventListener("visibilitychange", function () {
    if (document.hidden && source) { source.close(); source = null; heard = 0; }
    if (!document.hidden && !source) { listen(); }
    if (!document.hidden && main.getAttribute("data-every")) { refresh(); }
  });
  if (main.getAttribute("data-every")) {
    setInterval(function () {
      if (!document.hidden && Date.now() - heard > SILENT_MS) { refresh(); }
    }, main.getAttribute("data-every") * 1000);
  }
})();

// On a wide screen a case opens beside its list. Without this script, or on a telephone, its link is a link.
(function () {
  "use strict";
  var frame = document.getElementById("beside"), pane = document.getElementById("pane");
  if (!pane) { return; }
  var wide = window.matchMedia("(min-width: 1200px)"), shown = "";

  function mark() {
    frame.querySelectorAll("a.row-link").forEach(function (link) {
      if (shown && link.getAttribute("href") === shown) { link.setAttribute("aria-current", "true"); } else { link.removeAttribute("aria-current"); }
    });
  }

  function say(words) {
    var notice = document.getElementById("notice");
    notice.textContent = words;
    notice.hidden = !words;
  }

  function ask(address, options) {
    return fetch(address, options).then(function (answer) {
      return answer.text().then(function (html) { return new DOMParser().parseFromString(html, "text/html"); });
    });
  }

  function close() {
    shown = "";
    pane.hidden = true;
    frame.classList.remove("open");
    history.replaceState(null, "", location.pathname + location.search);
    mark();
  }

  function bar(address) {
    var line = document.createElement("p"), alone = document.createElement("a"), shut = document.createElement("button");
    line.className = "links";
    alone.className = "button";
    alone.href = address;
    alone.textContent = "单独打开";
    shut.type = "button";
    shut.textContent = "关上";
    shut.addEventListener("click", function () {
      var link = frame.querySelector("a.row-link[aria-current]");
      close();
      if (link) { link.focus(); }
    });
    line.appendChild(alone);
    line.appendChild(document.createTextNode(" "));
    line.appendChild(shut);
    return line;
  }

  // False: it is no page of a case (signed out, refused), and whoever asked must see it as it is.
  function show(page, address) {
    var main = page.getElementById("main");
    if (!page.getElementById("facts")) { return false; }
    pane.textContent = "";
    pane.appendChild(bar(address));
    Array.prototype.slice.call(main.children).forEach(function (one, place) {
      if (place) { pane.appendChild(document.importNode(one, true)); } // the first one leads back to the list
    });
    shown = address;
    pane.hidden = false;
    pane.scrollTop = 0;
    frame.classList.add("open");
    history.replaceState(null, "", location.pathname + location.search + "#case-" + address.split("/").pop());
    mark();
    return true;
  }

  function open(address, focus) {
    return ask(address, {}).then(function (page) {
      if (!show(page, address)) { location.href = address; return; }
      say("");
      if (focus) { pane.focus(); }
    }).catch(function () { location.href = address; });
  }

  function refreshList() {
    return ask(location.pathname + location.search, {}).then(function (page) {
      var old = document.getElementById("cases"), fresh = page.getElementById("cases");
      if (old && fresh) { old.parentNode.replaceChild(document.importNode(fresh, true), old); }
    });
  }

  document.addEventListener("click", function (event) {
    var link = event.target.closest("#cases a.row-link");
    if (!link || !wide.matches || event.ctrlKey || event.metaKey || event.shiftKey || event.button) { return; }
    event.preventDefault();
    open(link.getAttribute("href"), true);
  });

  pane.addEventListener("submit", function (event) {
    var form = event.target, body = new URLSearchParams(new FormData(form)), address = shown;
    event.preventDefault();
    ask(form.getAttribute("action"), { method: "POST", body: body }).then(function (page) {
      var words = page.getElementById("error-words");
      if (!show(page, address)) { say(words ? words.textContent : "没有做成，请刷新页面再试。"); return; }
      say("");
      pane.focus();
      return refreshList();
    }).catch(function () { say("连不上程序。它可能停了，稍等或刷新页面。"); });
  });

  new MutationObserver(mark).observe(frame, { childList: true });
  wide.addListener(function () { if (!wide.matches && shown) { location.href = shown; } });
  if (wide.matches && /^#case-\d+$/.test(location.hash)) { open("/cases/" + location.hash.slice(6), false); }
})();
