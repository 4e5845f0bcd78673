// The device's position, on request only, and easy to take back.

const group = document.getElementById('point');
const add = document.getElementById('point-add');
const remove = document.getElementById('point-remove');
const status = document.getElementById('point-status');
const field = (name) => group.querySelector(`[name=${name}]`);

const say = (key, n = '') => { status.textContent = key && group.dataset[key].replace('{n}', n); };

const show = () => {
  const given = field('lat').value !== '';
  add.hidden = given;
  remove.hidden = !given;
  if (given) say('added', field('accuracy').value || '?');
};

add.addEventListener('click', () => {
  say('asking');
  navigator.geolocation.getCurrentPosition(({ coords }) => {
    field('lat').value = coords.latitude.toFixed(6);
    field('lon').value = coords.longitude.toFixed(6);
    field('accuracy').value = String(Math.ceil(coords.accuracy));
    show();
    remove.focus();
  }, () => say('failed'), { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 });
});

remove.addEventListener('click', () => {
  for (const name of ['lat', 'lon', 'accuracy']) field(name).value = '';
  show();
  say('removed');
  add.focus();
});

if (navigator.geolocation) show();
