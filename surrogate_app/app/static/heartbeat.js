// Answers whenever the kernel asks whether the page is still there.
export default {
  initialize({ model }) {
    model.on("msg:custom", (message) => {
      if (message.kind === "ask") model.send({ kind: "here" });
    });
  },
  render() {},
};
