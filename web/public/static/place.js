// One search over communes and districts in place of two lists: an ARIA
// combobox with a list (https://www.w3.org/WAI/ARIA/apg/patterns/combobox/).
// The lists stay in the form, unseen, and hold what was chosen.

const choice = document.getElementById('place-choice');
const lists = document.getElementById('place-lists');
const input = document.getElementById('place-search');
const box = document.getElementById('place-options');
const status = document.getElementById('place-status');
const district = document.getElementById('district');
const commune = document.getElementById('commune');
const address = document.getElementById('address');
const shownAtOnce = 8;

// plain is a text without diacritics, as people type in haste.
const plain = (s) => s.toLowerCase().normalize('NFD').replace(/[\u0300-\u036f]/g, '').replace(/đ/g, 'd');
// words leaves out the short forms of ward, commune, township, town and city.
const words = (s) => plain(s).split(/[^a-z0-9]+/).filter((w) => w && !/^(p|x|h|tt|tp|tx|q)$/.test(w));

const places = [...commune.querySelectorAll('optgroup')].flatMap((group) => [
  { label: group.label, district: group.dataset.district, commune: '' },
  ...[...group.children].map((o) => ({ label: `${o.textContent}, ${group.label}`, district: group.dataset.district, commune: o.value })),
]).map((p) => ({ ...p, words: words(p.label), name: words(p.label.split(',')[0]).join(' ') }));

let found = [];
let active = -1;
let chosen = '';

// search finds the places that have a word beginning with each word typed:
// first those with the words in this order, then those with them in their own
// name, then the rest.
const search = (typed) => {
  const wanted = words(typed);
  if (!wanted.length) return [];
  const phrase = ` ${wanted.join(' ')}`;
  const rank = (p) => (` ${p.name}`.includes(phrase) ? 0 : wanted.every((w) => p.name.includes(w)) ? 1 : 2);
  return places.filter((p) => wanted.every((w) => p.words.some((own) => own.startsWith(w))))
    .sort((a, b) => rank(a) - rank(b));
};

const close = () => {
  box.hidden = true;
  active = -1;
  input.setAttribute('aria-expanded', 'false');
  input.removeAttribute('aria-activedescendant');
};

const mark = (i) => {
  active = i;
  [...box.children].forEach((li, n) => li.setAttribute('aria-selected', String(n === i)));
  if (i < 0) { input.removeAttribute('aria-activedescendant'); return; }
  input.setAttribute('aria-activedescendant', box.children[i].id);
  box.children[i].scrollIntoView({ block: 'nearest' });
};

const show = () => {
  found = search(input.value);
  box.replaceChildren(...found.slice(0, shownAtOnce).map((p, i) => {
    const li = document.createElement('li');
    li.id = `place-option-${i}`;
    li.setAttribute('role', 'option');
    li.setAttribute('aria-selected', 'false');
    li.textContent = p.label;
    return li;
  }));
  if (!found.length) { close(); } else { box.hidden = false; active = -1; input.setAttribute('aria-expanded', 'true'); }
  if (!input.value.trim()) status.textContent = '';
  else status.textContent = found.length ? choice.dataset.count.replace('{n}', found.length) : choice.dataset.none;
};

const choose = (p) => {
  district.value = p.district;
  commune.value = p.commune;
  input.value = chosen = p.label;
  status.textContent = '';
  close();
};

input.addEventListener('input', () => {
  district.value = commune.value = chosen = ''; // what is typed no longer says what was chosen
  show();
});

input.addEventListener('keydown', (event) => {
  const n = box.children.length;
  switch (event.key) {
    case 'ArrowDown': case 'ArrowUp':
      if (box.hidden) show();
      else if (event.key === 'ArrowDown') mark((active + 1) % n);
      else mark(active <= 0 ? n - 1 : active - 1);
      break;
    case 'Enter':
      if (box.hidden) return;
      choose(found[Math.max(active, 0)]);
      break;
    case 'Escape':
      if (box.hidden) return;
      close();
      break;
    default: return;
  }
  event.preventDefault();
});

box.addEventListener('pointerdown', (event) => event.preventDefault()); // keep the focus in the field
box.addEventListener('click', (event) => {
  const i = [...box.children].indexOf(event.target.closest('li'));
  if (i >= 0) choose(found[i]);
});

// named is the one place whose own name was typed in full, with its kind, its
// district or neither.
const named = (typed) => {
  const wanted = words(typed).join(' ');
  const same = places.filter((p) => wanted && (p.name === wanted || p.words.join(' ') === wanted));
  return same.length === 1 ? same[0] : undefined;
};

input.addEventListener('blur', () => {
  const only = found.length === 1 ? found[0] : named(input.value);
  if (only && input.value && !chosen) choose(only);
  close();
  if (input.value.trim() && !chosen) status.textContent = choice.dataset.unmatched;
});

// What was typed and not chosen is not lost: it goes before the address.
input.form.addEventListener('submit', () => {
  const typed = input.value.trim();
  if (typed && !chosen && !address.value.includes(typed)) {
    address.value = [typed, address.value.trim()].filter(Boolean).join(', ').slice(0, 300);
  }
});

// The lists may hold a choice already: from the server, or restored by the
// browser when somebody comes back to the page, which is after this script.
const recall = () => {
  const given = places.find((p) => p.commune === commune.value && (p.commune || p.district === district.value));
  if (given) input.value = chosen = given.label;
};
recall();
addEventListener('pageshow', recall);
choice.hidden = false;
lists.hidden = true;
