// A place to choose files or drop them on. Files are checked for their size before they are sent:
// the connection to the kernel breaks at messages that are too long.

export default {
  render({ model, el }) {
    const input = document.createElement("input");
    input.type = "file";
    input.multiple = true;
    const text = document.createElement("span");
    text.textContent = model.get("label");
    const label = document.createElement("label");
    label.className = "sa-upload";
    label.append(input, text);
    el.append(label);

    async function send(files) {
      if (!files.length) return;
      const names = files.map((file) => file.name);
      const size = files.reduce((sum, file) => sum + file.size, 0);
      if (size > model.get("max_bytes")) {
        model.send({ kind: "too-large", names, size });
        return;
      }
      let buffers;
      try {
        buffers = await Promise.all(files.map((file) => file.arrayBuffer()));
      } catch {
        model.send({ kind: "unreadable", names }); // a folder, or a file that went away
        return;
      }
      model.send({ kind: "files", names }, undefined, buffers);
    }

    input.addEventListener("change", () => {
      send([...input.files]);
      input.value = ""; // the same file may be chosen again after it was changed
    });
    const mark = (on) => (event) => {
      event.preventDefault();
      label.classList.toggle("sa-dragged", on);
    };
    label.addEventListener("dragover", mark(true));
    label.addEventListener("dragleave", mark(false));
    label.addEventListener("drop", (event) => {
      mark(false)(event);
      send([...event.dataTransfer.files]);
    });
  },
};
