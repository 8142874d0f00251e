// Draws one plotly FigureWidget. The plotly bundle is loaded once for the whole page, not once per
// figure as plotly's own widget does: by the page itself where its server has the file, so that it is
// read while the kernel and the widgets start, and else from the kernel by the library widget.
//
// initialize() returns at once: anywidget gives a model two seconds, which a busy machine can
// spend on parsing plotly alone. Updates that arrive before plotly is there reach no listener,
// so the figure asks the kernel for its full state right before it starts to listen.

const STATE_TIMEOUT_MS = 10000;

const SVG_ICON = {
  width: 24,
  height: 24,
  path:
    "M3 3h12l6 6v12H3zM5 5v14h14v-9h-5V5zM7 13h2.5v1.2H8.4v.6h1.1V17H7v-1.2h1.1v-.6H7z" +
    "M10.2 13h1.2l.6 2.4.6-2.4h1.2l-1.2 4h-1.2zM14.5 13H17v1.2h-1.2v1.6h.3v-.8H17v2h-2.5z",
};

const svgButton = {
  name: "Download plot as an SVG",
  icon: SVG_ICON,
  click(gd) {
    // plotly's own button reads its format when it is clicked
    const options = gd._context.toImageButtonOptions;
    const button = gd.querySelector('.modebar-btn[data-title^="Download plot as a PNG"]');
    try {
      gd._context.toImageButtonOptions = { ...options, format: "svg" };
      button.click();
    } finally {
      gd._context.toImageButtonOptions = options;
    }
  },
};

// What plotly would send to the kernel at every redraw, and nobody reads there: all data, too large
// for the connection if the figure holds surfaces, and the layout that it has chosen.
const UNREAD = ["_js2py_traceDeltas", "_js2py_widget_layoutDelta"];

// The model as plotly sees it: with one more button, and without a way to send what is not read.
function adapted(model) {
  return new Proxy(model, {
    get(target, key) {
      if (key === "get") {
        return (name) => {
          const value = target.get(name);
          return name === "_config" ? { ...value, modeBarButtonsToAdd: [svgButton] } : value;
        };
      }
      if (key === "set") {
        return (name, value) => (UNREAD.includes(name) ? undefined : target.set(name, value));
      }
      const value = target[key];
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

function freshState(model) {
  return new Promise((resolve) => {
    const onReply = (content) => {
      if (content?.kind === "state-sent") finish();
    };
    const timer = setTimeout(() => finish(), STATE_TIMEOUT_MS);
    function finish() {
      clearTimeout(timer);
      model.off("msg:custom", onReply);
      resolve();
    }
    model.on("msg:custom", onReply);
    model.send({ kind: "send-state" });
  });
}

async function fromKernel(model) {
  const reference = model.get("library").replace("IPY_MODEL_", "");
  const library = await model.widget_manager.get_model(reference);
  const packed = await new Promise((resolve) => {
    library.once("msg:custom", (_content, [buffer]) => resolve(new Blob([buffer])));
    library.send({ kind: "send-source" });
  });
  const stream = packed.stream().pipeThrough(new DecompressionStream("gzip"));
  const text = await new Response(stream).text();
  const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  const module = await import(url);
  URL.revokeObjectURL(url);
  return module;
}

function plotly(model) {
  const loading = Promise.resolve(globalThis.surrogateAppPlotly);
  globalThis.surrogateAppPlotly = loading.then((loaded) => loaded ?? fromKernel(model));
  return globalThis.surrogateAppPlotly;
}

async function ready(el) {
  while (!el.on) {
    await new Promise((resolve) => setTimeout(resolve, 50)); // plotly adds it to its element
  }
}

// When a height is set, plotly fixes the width as well, at a default if the tab is just opening, and
// no longer follows the page. This gives the width back to the page.
async function keepFitted(el) {
  await ready(el);
  el.on("plotly_afterplot", () => {
    if (!el.layout.width || !el.clientWidth) return;
    delete el.layout.width;
    el.layout.autosize = true;
    window.dispatchEvent(new Event("resize"));
  });
}

const DESCRIBE_MS = 400;
const MOST_DESCRIBED = 8;

// the number of digits with which numbers are read aloud
const spoken = (value) => String(Number(value.toPrecision(4))).replace("-", "\u2212");

function plain(text) {
  const parsed = new DOMParser().parseFromString(text ?? "", "text/html");
  return parsed.body.textContent;
}

function extremes(trace) {
  let low = Infinity;
  let high = -Infinity;
  let lowest;
  let highest;
  const { x, y } = trace;
  for (let i = 0; i < (y?.length ?? 0); i += 1) {
    if (typeof y[i] !== "number" || Number.isNaN(y[i])) continue;
    if (y[i] < low) [low, lowest] = [y[i], x[i]];
    if (y[i] > high) [high, highest] = [y[i], x[i]];
  }
  const at = (place) => (typeof place === "number" ? ` at ${spoken(place)}` : "");
  return Number.isFinite(low)
    ? `from ${spoken(low)}${at(lowest)} to ${spoken(high)}${at(highest)}`
    : "";
}

// What the curves of a figure say in numbers, for readers who do not see them.
function description(el) {
  const { xaxis, yaxis } = el._fullLayout ?? {};
  const curves = (el._fullData ?? [])
    .filter((trace) => trace.visible === true && trace.type === "scatter" && trace.hoverinfo !== "skip")
    .map((trace) => [plain(trace.name), extremes(trace)])
    .filter(([name, text]) => name && text)
    .slice(0, MOST_DESCRIBED);
  if (!curves.length) return "";
  const axes = `${plain(yaxis?.title?.text)} against ${plain(xaxis?.title?.text)}: `;
  return axes + curves.map(([name, text]) => `${name} ${text}`).join("; ") + ".";
}

function label(el, model) {
  el.setAttribute("role", "figure");
  el.setAttribute("aria-label", model.get("alt"));
}

async function keepDescribed(el) {
  await ready(el);
  let timer;
  const describe = () => {
    clearTimeout(timer);
    timer = setTimeout(() => el.setAttribute("aria-description", description(el)), DESCRIBE_MS);
  };
  el.on("plotly_afterplot", describe);
  describe();
}

export default () => {
  let widget;

  async function start(model) {
    const bundle = await plotly(model);
    await freshState(model);
    const implementation = bundle.default();
    implementation.initialize({ model: adapted(model) });
    return implementation;
  }

  return {
    async render({ model, el }) {
      const implementation = await (widget ??= start(model));
      const dispose = implementation.render({ model, el });
      label(el, model);
      keepFitted(el);
      keepDescribed(el);
      model.on("change:alt", () => label(el, model));
      // plotly listens to the window only; a tab that opens changes the figure's box alone
      const observer = new ResizeObserver(() => {
        if (el.clientWidth && el._fullLayout && el._fullLayout.width !== el.clientWidth) {
          window.dispatchEvent(new Event("resize"));
        }
      });
      observer.observe(el);
      return () => {
        observer.disconnect();
        dispose?.();
      };
    },
  };
};
