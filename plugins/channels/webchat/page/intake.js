// The ways a file gets into the page: chosen, pasted, dropped.
import {t} from './i18n.js';

/** `add(files)` is called with what came. ui: {attach, files, input}. */
export function startIntake(ui, add) {
  ui.attach.title = t('attach');
  ui.attach.addEventListener('click', () => ui.files.click());
  ui.files.addEventListener('change', () => {
    add([...ui.files.files]);
    ui.files.value = '';  // the same file may be chosen again
  });
  ui.input.addEventListener('paste', (event) => {
    // Office programs put a picture beside the text that was copied.
    const {files, types} = event.clipboardData ?? {files: [], types: []};
    if (files.length === 0 || types.includes('text/plain')) return;
    event.preventDefault();
    add([...files]);
  });
  const hasFiles = (event) => event.dataTransfer?.types.includes('Files');
  addEventListener('dragover', (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    document.body.classList.add('dropping');
  });
  addEventListener('dragleave', (event) => {
    if (!event.relatedTarget) document.body.classList.remove('dropping');
  });
  addEventListener('drop', (event) => {
    document.body.classList.remove('dropping');
    if (!hasFiles(event)) return;
    event.preventDefault();
    add([...event.dataTransfer.files]);
  });
}
