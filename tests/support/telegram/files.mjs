// The files that people sent: named by an id, looked up by getFile, and served below /file/bot<token>/.
const MAX_BYTES = 20 << 20; // what getFile gives bots

export class Files {
  #files = new Map(); // file_id → { bytes, size, path }
  #next = 0;

  /** `size`: what Telegram says of it, when that is not what it holds. */
  add(bytes, { path, size = bytes.length } = {}) {
    const n = this.#next++;
    const id = `AgACAgIAAx-test_${n}`;
    this.#files.set(id, { bytes, size, path: path ?? `photos/file_${n}.jpg` });
    return { file_id: id, file_unique_id: `AQAD${n}`, file_size: size };
  }
  /** As Telegram does after a while: it has the file no more. */
  forget(id) {
    this.#files.delete(id);
  }
  /** The File of getFile, or { refusal }: 'unknown' | 'tooBig'. */
  look(id) {
    const file = this.#files.get(id);
    if (!file) return { refusal: 'unknown' };
    if (file.size > MAX_BYTES) return { refusal: 'tooBig' };
    return { file: { file_id: id, file_unique_id: `AQAD${id.split('_')[1]}`, file_size: file.size, file_path: file.path } };
  }
  /** The bytes at a path, or undefined. */
  at(path) {
    return [...this.#files.values()].find((file) => file.path === path)?.bytes;
  }
}

/** The fields of a message that shows this file. */
export function mediaFields(kind, file, { mime, name, caption } = {}) {
  const described = { ...file, ...(mime ? { mime_type: mime } : {}), ...(name ? { file_name: name } : {}) };
  const shown = {
    photo: [{ ...file, file_id: `${file.file_id}-small`, width: 90, height: 60 }, { ...file, width: 900, height: 600 }],
    document: described,
    audio: { ...described, duration: 3 },
    voice: { ...described, duration: 3 },
    video: { ...described, width: 640, height: 480, duration: 3 },
  }[kind];
  return { [kind]: shown, ...(caption ? { caption } : {}) };
}
