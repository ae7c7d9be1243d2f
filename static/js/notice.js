// A short message at the foot of the page, also read aloud. It goes by itself.

const STAYS_MS = 6000;
let leaving;

export function say(message) {
  const place = document.getElementById('notice') ?? addPlace();
  place.textContent = message;
  place.classList.add('is-shown');
  clearTimeout(leaving);
  leaving = setTimeout(() => place.classList.remove('is-shown'), STAYS_MS);
}

function addPlace() {
  const place = document.createElement('div');
  place.id = 'notice';
  place.className = 'toast';
  place.setAttribute('role', 'status');
  document.body.append(place);
  return place;
}
