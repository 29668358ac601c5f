// As much of a document as makes sentences out of elements.
class Element {
  constructor() {
    this.parts = [];
    this.attributes = {};
  }
  setAttribute(name, value) {
    this.attributes[name] = value;
  }
  append(...parts) {
    this.parts.push(...parts);
  }
  get textContent() {
    return this.parts.map(part => part.textContent ?? String(part)).join('');
  }
}
globalThis.document = { createElement: () => new Element(), createElementNS: () => new Element() };

export const text = parts => parts.map(part => part.textContent ?? String(part)).join('');
