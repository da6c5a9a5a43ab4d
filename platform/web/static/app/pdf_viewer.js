// Shows a PDF page by page: the library is loaded where a page asks for it, and draws what is in sight.
// Nothing in a PDF is run; what cannot be opened says so and stays a download. Where one may look and not
// take away, the server drew the pages; only going from page to page is done here.
const STEPS = [0.5, 0.67, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 2, 3];
const NEAR = "600px";

export function startPdfs(root) {
  for (const viewer of root.querySelectorAll("[data-pdf]:not([data-bound])")) {
    viewer.dataset.bound = "";
    new Viewer(viewer).open();
  }
  for (const viewer of root.querySelectorAll("[data-pages-seen]:not([data-bound])")) {
    viewer.dataset.bound = "";
    new Leafing(viewer).bind();
  }
}

/** Goes from page to page, by buttons, by number and by scrolling. */
class Leafing {
  constructor(root) {
    this.root = root;
    this.pages = root.querySelector("[data-pages]");
    this.number = root.querySelector("[data-number]");
    this.current = 1;
  }

  get scrolls() { // on a phone the whole page scrolls instead
    return getComputedStyle(this.pages).overflowY !== "visible";
  }

  bind() {
    for (const button of this.root.querySelectorAll("[data-step]")) {
      button.addEventListener("click", (event) => {
        event.preventDefault();
        this.go(this.current + Number(button.dataset.step));
      });
    }
    this.number.addEventListener("change", () => this.go(Number.parseInt(this.number.value, 10) || this.current));
    for (const place of [this.pages, window]) place.addEventListener("scroll", () => this.follow(), { passive: true });
  }

  go(number) {
    this.current = Math.max(1, Math.min(number, this.pages.children.length));
    this.number.value = this.current;
    const place = this.pages.children[this.current - 1];
    if (this.scrolls) this.pages.scrollTop = place.offsetTop - 8;
    else place.scrollIntoView();
  }

  follow() {
    const top = this.scrolls ? this.pages.getBoundingClientRect().top : 0;
    const line = top + (this.scrolls ? this.pages.clientHeight : window.innerHeight) / 3;
    const passed = [...this.pages.children].filter((place) => place.getBoundingClientRect().top <= line);
    this.current = Math.max(1, passed.length);
    if (document.activeElement !== this.number) this.number.value = this.current;
  }
}

class Viewer extends Leafing {
  constructor(root) {
    super(root);
    this.zoom = 1;
  }

  async open() {
    const waiting = this.root.querySelector("[data-waiting]");
    waiting.hidden = false;
    try {
      this.library = await import(this.root.dataset.library);
      this.library.GlobalWorkerOptions.workerSrc = this.root.dataset.worker;
      this.file = await this.library.getDocument({
        url: this.root.dataset.pdf, wasmUrl: this.root.dataset.parts, useWasm: false, enableXfa: false,
        disableAutoFetch: true,
      }).promise;
      await this.layOut();
      this.bind();
    } catch (error) {
      console.info(error);
      this.pages.replaceChildren();
      this.root.querySelector("[data-failed]").hidden = false;
    } finally {
      waiting.hidden = true;
    }
  }

  async layOut() {
    const first = await this.file.getPage(1);
    this.natural = first.getViewport({ scale: 1 });
    this.root.querySelector("[data-count]").textContent = this.file.numPages;
    this.root.querySelector("[data-bar]").hidden = false;
    const places = [];
    for (let number = 1; number <= this.file.numPages; number += 1) {
      const place = document.createElement("div");
      place.className = "pdf-page";
      place.dataset.page = number;
      place.setAttribute("role", "img");
      place.setAttribute("aria-label", this.root.dataset.pageWords.replace("{page}", number));
      places.push(place);
    }
    this.pages.replaceChildren(...places);
    this.size();
  }

  /** Gives every page its room at the present zoom; what was drawn at another is drawn again. */
  size() {
    const style = getComputedStyle(this.pages);
    const room = this.pages.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    this.scale = (Math.min(room, 1000) / this.natural.width) * this.zoom;
    this.root.querySelector("[data-scale]").textContent = `${Math.round(this.zoom * 100)} %`;
    this.seen?.disconnect();
    this.seen = new IntersectionObserver((entries) => this.look(entries), { root: this.scrolls ? this.pages : null, rootMargin: NEAR });
    for (const place of this.pages.children) {
      place.replaceChildren();
      delete place.dataset.drawn;
      place.style.width = `${this.natural.width * this.scale}px`;
      place.style.height = `${this.natural.height * this.scale}px`;
      this.seen.observe(place);
    }
  }

  look(entries) {
    for (const entry of entries) {
      if (entry.isIntersecting) this.draw(entry.target);
    }
  }

  async draw(place) {
    if (place.dataset.drawn) return;
    place.dataset.drawn = "";
    const page = await this.file.getPage(Number(place.dataset.page));
    const own = page.getViewport({ scale: 1 });
    const viewport = page.getViewport({ scale: (this.natural.width * this.scale) / own.width });
    place.style.height = `${viewport.height}px`;
    place.style.setProperty("--total-scale-factor", viewport.scale);
    const density = Math.min(window.devicePixelRatio || 1, 2);
    const canvas = document.createElement("canvas");
    canvas.width = Math.floor(viewport.width * density);
    canvas.height = Math.floor(viewport.height * density);
    const words = document.createElement("div");
    words.className = "pdf-text";
    place.replaceChildren(canvas, words);
    await page.render({
      canvas, canvasContext: canvas.getContext("2d"), viewport, transform: [density, 0, 0, density, 0, 0],
    }).promise;
    const text = new this.library.TextLayer({ textContentSource: page.streamTextContent(), container: words, viewport });
    await text.render();
    if (words.textContent.trim()) {
      place.setAttribute("role", "group");
    }
  }

  bind() {
    super.bind();
    for (const button of this.root.querySelectorAll("[data-zoom]")) {
      button.addEventListener("click", () => this.zoomBy(Number(button.dataset.zoom)));
    }
    let width = this.pages.clientWidth;
    new ResizeObserver(() => {
      if (this.pages.clientWidth === width) return;
      width = this.pages.clientWidth;
      this.redraw();
    }).observe(this.pages);
  }

  zoomBy(step) {
    const at = STEPS.indexOf(this.zoom) + step;
    if (at < 0 || at >= STEPS.length) return;
    this.zoom = STEPS[at];
    this.redraw();
  }

  redraw() {
    const page = this.current;
    this.size();
    this.go(page);
  }
}
