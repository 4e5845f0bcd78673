// What makes a form easier with script; everything works without.

// Not every browser gives autofocus to a box. The first thing to read gets it.
const first = document.getElementById('error-summary') ?? document.getElementById('notice');
first?.focus();

// A link to a list of two that were replaced by one search leads to the search.
first?.addEventListener('click', (event) => {
  const link = event.target.closest('a[href^="#"]');
  const target = link && document.getElementById(link.hash.slice(1));
  if (!target) return;
  event.preventDefault();
  const search = document.getElementById('place-search');
  const shown = target.closest('[hidden]') && search ? search : target;
  shown.focus();
  shown.scrollIntoView({ block: 'center' });
});

// How many characters are left, counted as the server counts: by code points,
// a line end as one. It is read out only now and then.
const count = document.getElementById('narrative-count');
if (count) {
  const text = document.getElementById('narrative');
  const live = document.getElementById('narrative-live');
  const limit = Number(count.dataset.limit);
  let timer;
  const update = () => {
    const left = limit - [...text.value.trim()].length;
    const words = left < 0 ? count.dataset.over : count.dataset.left;
    count.textContent = words.replace('{n}', Math.abs(left).toLocaleString(document.documentElement.lang));
    count.classList.toggle('error', left < 0);
    clearTimeout(timer);
    if (left < limit / 10) timer = setTimeout(() => { live.textContent = count.textContent; }, 1000);
  };
  text.addEventListener('input', update);
  update();
}
