// Shared by all tabs of a browser: one stream for what all of them show, in each language that they are in.

const EVENTS = ["head", "card", "asking", "gone", "air", "point", "beat"];
const AGAIN_MS = 30000;
const GATHER_MS = 50;
const SILENT_MS = 40000; // beats come every 15 s
const FORGET_MS = 150000; // tabs say every half minute that they are there; hidden ones more seldom

const streams = new Map(); // by address

class Stream {
  constructor(address) {
    this.address = address;
    this.tabs = new Map(); // port: what it shows, and when it was heard
    this.source = null;
    this.asked = "";
    this.last = "";
    this.timers = {};
  }

  join(port, shows, since) {
    const known = this.tabs.get(port);
    this.tabs.set(port, { shows, at: Date.now() });
    if (known?.shows === shows && since) return; // it only says that it is there
    if (!since || !this.last || !isLater(since, this.last)) {
      this.last = since; // it lacks more than the others
      this.asked = "";
    }
    if (this.source?.readyState === EventSource.OPEN) port.postMessage({ open: true });
    this.soon();
  }

  leave(port) {
    if (this.tabs.delete(port)) this.soon();
  }

  soon() {
    this.timers.soon ??= setTimeout(() => {
      delete this.timers.soon;
      this.open();
    }, GATHER_MS);
  }

  open() {
    const shows = [...new Set([...this.tabs.values()].map((tab) => tab.shows))].sort();
    const wanted = JSON.stringify(shows);
    if (wanted === this.asked && this.source) return;
    this.close();
    if (!shows.length) {
      this.last = "";
      return;
    }
    this.asked = wanted;
    const query = new URLSearchParams(shows.map((one) => ["show", one]));
    query.set("since", this.last);
    this.source = new EventSource(`${this.address}&${query}`);
    this.source.addEventListener("open", () => this.tell({ open: true }));
    this.source.addEventListener("error", () => this.failed());
    for (const name of EVENTS) {
      this.source.addEventListener(name, ({ data, lastEventId }) => {
        this.last = lastEventId || this.last;
        this.listen();
        this.tell({ name, data, id: lastEventId });
      });
    }
    this.listen();
  }

  close() {
    clearTimeout(this.timers.again);
    clearTimeout(this.timers.silent);
    this.source?.close();
    this.source = null;
    this.asked = "";
  }

  failed() {
    this.tell({ open: false });
    if (this.source?.readyState !== EventSource.CLOSED) return;
    this.close(); // full, or refused: the pages ask now and then until then, and not all at once
    this.timers.again = setTimeout(() => this.open(), AGAIN_MS * (0.5 + Math.random()));
  }

  listen() {
    clearTimeout(this.timers.silent);
    this.timers.silent = setTimeout(() => {
      this.asked = "";
      this.open();
    }, SILENT_MS);
  }

  tell(message) {
    for (const [port, { at }] of this.tabs) {
      if (Date.now() - at > FORGET_MS) this.leave(port);
      else port.postMessage(message);
    }
  }
}

// Whether the edition of one page is that of the other or a later one; those of two processes say nothing.
function isLater(one, other) {
  const [epoch, number] = one.split(".");
  const [otherEpoch, otherNumber] = other.split(".");
  return epoch === otherEpoch && Number(number) >= Number(otherNumber);
}

addEventListener("connect", ({ ports: [port] }) => {
  port.addEventListener("message", ({ data }) => {
    for (const [address, stream] of streams) {
      if (data.gone || address !== data.address) stream.leave(port);
    }
    if (data.gone) return;
    if (!streams.has(data.address)) streams.set(data.address, new Stream(data.address));
    streams.get(data.address).join(port, data.shows, data.since);
  });
  port.start();
});
