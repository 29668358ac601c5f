// Sheet: a canvas that follows its box, the screen's pixels and the theme; drawn once a frame at most.
let probe;

// The colours of the style sheet, as a canvas takes them: "rgb(14, 116, 144)".
function resolve(name) {
  probe ??= document.body.appendChild(document.createElement('span'));
  probe.hidden = true;
  probe.style.color = `var(--${name})`;
  return getComputedStyle(probe).color;
}

export class Sheet {
  constructor(box, draw) {
    this.box = box;
    this.draw = draw;
    this.canvas = box.appendChild(document.createElement('canvas'));
    this.context = this.canvas.getContext('2d');
    this.colours = new Map();
    this.observer = new ResizeObserver(() => this.fit());
    this.observer.observe(box);
    this.onTheme = () => {
      this.colours.clear();
      this.ask();
    };
    document.addEventListener('themechange', this.onTheme);
  }

  close() {
    this.observer.disconnect();
    document.removeEventListener('themechange', this.onTheme);
    cancelAnimationFrame(this.asked);
    this.canvas.remove();
  }

  fit() {
    const bounds = this.box.getBoundingClientRect();
    this.ratio = devicePixelRatio || 1;
    this.width = bounds.width;
    this.height = bounds.height;
    this.canvas.width = Math.round(bounds.width * this.ratio);
    this.canvas.height = Math.round(bounds.height * this.ratio);
    this.paint();
  }

  ask() {
    this.asked ??= requestAnimationFrame(() => this.paint());
  }

  paint() {
    cancelAnimationFrame(this.asked);
    this.asked = undefined;
    if (!this.width) return;
    this.context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    this.context.clearRect(0, 0, this.width, this.height);
    this.draw(this.context, this.width, this.height);
  }

  colour(name) {
    if (!this.colours.has(name)) this.colours.set(name, resolve(name));
    return this.colours.get(name);
  }

  shade(name, alpha) {
    return this.colour(name).replace('rgb(', 'rgba(').replace(')', `, ${alpha})`);
  }
}
