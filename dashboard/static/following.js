// One stream for all tabs of a browser, which opens no more than six connections to a house: a worker that
// they share has it (stream.js). A browser without such workers has a stream for each tab.

const SILENT_MS = 40000; // beats come every 15 s
const ALIVE_MS = 30000;
const AGAIN_MS = 30000;

const EVENTS = ["head", "card", "asking", "gone", "air", "point", "beat"];

// `since()` is the edition that the page has, `take(name, data, id)` gets what comes, `state(isOpen)` is told
// whether anything can. A hidden page follows nothing unless `listens()`.
export function follow(address, worker, shows, page) {
  let open = false;
  const state = (isOpen) => {
    open = isOpen;
    page.state(isOpen);
  };
  const wants = () => !document.hidden || page.listens();
  const way = "SharedWorker" in window ? shared : alone;
  const { begin, end, again } = way(address, worker, shows, page, state);
  const look = () => {
    if (wants()) begin();
    else {
      end();
      open = false;
    }
  };
  document.addEventListener("visibilitychange", look);
  addEventListener("pagehide", end);
  addEventListener("pageshow", ({ persisted }) => persisted && look());
  look();
  return { isOpen: () => open, again };
}

function shared(address, worker, shows, page, state) {
  const started = new SharedWorker(worker, { name: "luchtig" });
  const { port } = started;
  let follows = false;
  const ask = () => {
    if (follows) port.postMessage({ address, shows, since: page.since() });
  };
  port.addEventListener("message", ({ data }) => {
    if (!follows) return;
    if ("open" in data) state(data.open);
    else page.take(data.name, data.data, data.id);
  });
  started.addEventListener("error", () => state(false));
  port.start();
  setInterval(ask, ALIVE_MS); // or the worker would take us for gone
  return {
    begin: () => {
      follows = true;
      ask();
    },
    end: () => {
      follows = false;
      port.postMessage({ gone: true });
    },
    again: ask,
  };
}

function alone(address, _worker, shows, page, state) {
  let stream = null;
  let later = 0;
  let timer = 0;
  const end = () => {
    clearTimeout(later);
    clearTimeout(timer);
    stream?.close();
    stream = null;
  };
  const again = () => {
    end();
    begin();
  };
  const begin = () => {
    if (stream) return;
    const query = new URLSearchParams({ show: shows, since: page.since() });
    stream = new EventSource(`${address}&${query}`);
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(again, SILENT_MS);
    };
    stream.addEventListener("open", () => state(true));
    stream.addEventListener("error", () => {
      state(false);
      if (stream?.readyState !== EventSource.CLOSED) return;
      end();
      later = setTimeout(begin, AGAIN_MS * (0.5 + Math.random())); // full, or refused: the page asks now and then until then
    });
    for (const name of EVENTS) {
      stream.addEventListener(name, ({ data, lastEventId }) => {
        wait();
        page.take(name, data, lastEventId);
      });
    }
    wait();
  };
  return { begin, end, again };
}
