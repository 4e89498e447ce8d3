// Folders dropped on the import page. The upload component reads no more than the first hundred files of a folder, and would
// send each by itself; here a folder becomes one tar, put together from the files where they lie, without copying them.
(() => {
  const BLOCK = 512;
  const text = new TextEncoder();

  function header(name, size, type) {
    const block = new Uint8Array(BLOCK);
    const put = (value, offset) => block.set(text.encode(value), offset);
    put(name, 0);
    put('0000644\0', 100);
    put('0000000\0', 108);
    put('0000000\0', 116);
    put(size.toString(8).padStart(11, '0') + '\0', 124);
    put('00000000000\0', 136);
    put('        ', 148);
    put(type, 156);
    put('ustar\0' + '00', 257);
    const sum = block.reduce((total, byte) => total + byte, 0);
    put(sum.toString(8).padStart(6, '0') + '\0 ', 148);
    return block;
  }

  const padding = (size) => new Uint8Array((BLOCK - (size % BLOCK)) % BLOCK);

  // A pax header carries what the old form has no room for.
  function pax(key, value) {
    const rest = text.encode(` ${key}=${value}\n`).length;
    let length = rest + 1;
    while (length !== rest + String(length).length) {
      length = rest + String(length).length;
    }
    return text.encode(`${length} ${key}=${value}\n`);
  }

  function tar(files) {
    const parts = [];
    for (const { path, file } of files) {
      if (text.encode(path).length > 100 || /[^\x20-\x7e]/.test(path)) {
        const extra = pax('path', path);
        parts.push(header('pax', extra.length, 'x'), extra, padding(extra.length));
      }
      parts.push(header(path.replace(/[^\x20-\x7e]/g, '_').slice(0, 100), file.size, '0'), file, padding(file.size));
    }
    parts.push(new Uint8Array(2 * BLOCK));
    return parts;
  }

  async function entries(directory) {
    const reader = directory.createReader();
    const found = [];
    for (;;) {
      const some = await new Promise((done, failed) => reader.readEntries(done, failed));
      if (some.length === 0) {
        return found;
      }
      found.push(...some);
    }
  }

  async function files(entry, path) {
    if (entry.isFile) {
      return [{ path, file: await new Promise((done, failed) => entry.file(done, failed)) }];
    }
    const found = [];
    for (const inner of await entries(entry)) {
      found.push(...await files(inner, `${path}/${inner.name}`));
    }
    return found;
  }

  async function packed(dropped) {
    const result = new DataTransfer();
    for (const entry of dropped) {
      const found = await files(entry, entry.name);
      result.items.add(entry.isFile ? found[0].file : new File(tar(found), `${entry.name}.tar`));
    }
    return result;
  }

  window.posternImport = (upload) => {
    upload.addEventListener('drop', (event) => {
      // The entries are gone once this returns.
      const dropped = Array.from(event.dataTransfer.items, (item) => item.webkitGetAsEntry?.()).filter((entry) => entry);
      if (!dropped.some((entry) => entry.isDirectory)) {
        return;
      }
      event.preventDefault();
      event.stopImmediatePropagation();
      upload.removeAttribute('dragover');
      packed(dropped).then((dataTransfer) => upload.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true })));
    }, { capture: true });
  };
})();
