// Progressive enhancement only: every page works when this file does not run.
// data-confirm="text" on a submit button asks first, in <dialog id="confirm"> of the layout. {Name} in it is what the form
// holds under that name now: how many are ticked, or which option is chosen.
// A post form is sent once (data-again on the form lifts this, e.g. for a download). data-print prints, data-print-now as soon as the page is there. An error summary takes the focus.
// data-progress on a form with files is what is said while they are sent, with the share that has arrived; data-progress-done
// once all has, data-progress-failed where the connection broke.
// data-most on a file field is what its files may have together in bytes, data-most-text what is said beyond it.
(function () {
  'use strict';
  var dialog = document.getElementById('confirm');
  var agreed = null;

  document.addEventListener('submit', function (event) {
    var form = event.target, button = event.submitter;
    if (button && button.dataset.confirm && agreed !== button && dialog && dialog.showModal) {
      event.preventDefault();
      event.stopPropagation();
      dialog.querySelector('.confirm-text').textContent = button.dataset.confirm.replace(/\{(\w+)\}/g, function (all, name) {
        var field = form.elements[name];
        if (!field) return all;
        if (field.selectedOptions) return field.selectedOptions[0].textContent;
        return form.querySelectorAll('[name="' + name + '"]:checked').length;
      });
      dialog.returnValue = '';
      dialog.onclose = function () {
        if (dialog.returnValue !== 'ok') return;
        agreed = button;
        form.requestSubmit(button);
        agreed = null;
      };
      dialog.showModal();
      return;
    }
    if (form.method !== 'post' || 'again' in form.dataset) return;
    if (form.dataset.sent) {
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    form.dataset.sent = '1';
    // Later: a button disabled at once would drop out of the posted values.
    setTimeout(function () { mark(form, true); }, 0);
  }, true);

  function mark(form, busy) {
    if (!busy) delete form.dataset.sent;
    form.querySelectorAll('button:not([type=button])').forEach(function (b) {
      if (busy && !b.disabled) { b.disabled = true; b.dataset.busy = '1'; }
      if (!busy && b.dataset.busy) { b.disabled = false; delete b.dataset.busy; }
    });
  }
  function free() { document.querySelectorAll('form[data-sent]').forEach(function (f) { mark(f, false); }); }
  function showErrors(root) { var e = root.querySelector('.errors'); if (e) e.focus(); }

  // After the handler above, which asks and holds a second sending back.
  document.addEventListener('submit', function (event) {
    var form = event.target;
    if (event.defaultPrevented || !form.dataset.progress) return;
    event.preventDefault();
    var line = form.querySelector('.progress-line'), bar, said;
    if (!line) {
      line = document.createElement('div');
      line.className = 'progress-line';
      line.appendChild(document.createElement('progress')).max = 100;
      line.appendChild(document.createElement('span')).setAttribute('role', 'status');
      form.appendChild(line);
    }
    bar = line.firstChild;
    said = line.lastChild;
    bar.setAttribute('aria-label', form.dataset.progress);
    var request = new XMLHttpRequest();
    request.upload.onprogress = function (sent) {
      if (!sent.lengthComputable) return;
      bar.value = Math.floor(100 * sent.loaded / sent.total);
      said.textContent = form.dataset.progress + ' ' + bar.value + '%';
    };
    request.upload.onload = function () {
      bar.removeAttribute('value');
      said.textContent = form.dataset.progressDone;
    };
    request.onload = function () {
      var target = new URL(request.responseURL), section = form.closest('section');
      if (request.status < 400) {
        history.replaceState(null, '', target.pathname + target.search + (section ? '#' + section.id : ''));
        location.reload();
        return;
      }
      // The page with what is wrong, as the browser would show it. Scripts in it do not run.
      var page = new DOMParser().parseFromString(request.responseText, 'text/html').getElementById('content');
      if (!page) { request.onerror(); return; }
      document.getElementById('content').replaceWith(page);
      scrollTo(0, 0);
      showErrors(page);
    };
    request.onerror = function () {
      mark(form, false);
      bar.value = 0;
      said.textContent = form.dataset.progressFailed;
    };
    request.open('POST', form.action);
    request.send(new FormData(form, event.submitter));
  });

  addEventListener('pageshow', free);
  document.addEventListener('htmx:afterRequest', free);
  document.addEventListener('htmx:afterSettle', function (event) { showErrors(event.target); });
  document.addEventListener('click', function (event) {
    if (event.target.closest('[data-print]')) print();
    var link = event.target.closest('a[data-progress]');
    // The browser follows it; what shows the progress asks once the server has begun.
    if (link) setTimeout(function () { document.querySelector(link.dataset.progress).dispatchEvent(new Event('followed')); }, 300);
  });
  document.addEventListener('change', function (event) {
    var input = event.target;
    if (!input.files || !input.dataset.most) return;
    var sum = Array.prototype.reduce.call(input.files, function (n, file) { return n + file.size; }, 0);
    input.setCustomValidity(sum > Number(input.dataset.most) ? input.dataset.mostText : '');
    input.reportValidity();
  });
  showErrors(document);
  if (document.querySelector('[data-print-now]')) addEventListener('load', function () { print(); });
})();
