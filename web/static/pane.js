// On a wide screen a case opens beside its list. Without this script, or on a telephone, its link is a link.
(function () {
  "use strict";
  var frame = document.getElementById("beside"), pane = document.getElementById("pane");
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
