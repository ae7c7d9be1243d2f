// Wires the page where a picture is given: it is shown before it is sent, and dropped pictures are taken.

const form = document.getElementById('search');
const preview = document.getElementById('preview');
const trouble = document.getElementById('trouble');
const texts = document.getElementById('search-texts').dataset;
const inputs = [...form.querySelectorAll('input[type=file]')];

form.classList.add('is-live');
inputs.forEach((input) => input.addEventListener('change', () => choose(input)));
form.addEventListener('submit', send);
form.addEventListener('dragover', (event) => event.preventDefault());
form.addEventListener('drop', drop);
window.addEventListener('pageshow', () => setSending(false));
inputs.filter((input) => input.files.length).forEach(choose);

function choose(input) {
  inputs.filter((other) => other !== input).forEach((other) => { other.value = ''; });
  const [picture] = input.files;
  complain(picture && picture.size > Number(form.dataset.limit) ? texts.tooLarge : '');
  if (picture) show(picture);
}

function show(picture) {
  URL.revokeObjectURL(preview.src);
  preview.onload = () => setShown(true);
  preview.onerror = () => setShown(false);
  preview.src = URL.createObjectURL(picture);
}

function setShown(shown) {
  preview.hidden = !shown;
  form.querySelectorAll('[data-hint]').forEach((hint) => { hint.toggleAttribute('hidden', shown); });
}

function drop(event) {
  event.preventDefault();
  if (!event.dataTransfer.files.length) return;
  inputs[0].files = event.dataTransfer.files;
  choose(inputs[0]);
}

function send(event) {
  const [picture] = inputs.flatMap((input) => [...input.files]);
  if (!picture) complain(texts.noPicture);
  if (picture && trouble.hidden) return setSending(true);
  event.preventDefault();
  trouble.focus();
}

function complain(sentence) {
  trouble.textContent = sentence;
  trouble.hidden = !sentence;
}

function setSending(sending) {
  const button = form.querySelector('[type=submit]');
  button.dataset.said ??= button.textContent;
  button.disabled = sending;
  button.textContent = sending ? texts.sending : button.dataset.said;
}
