// What the browser keeps for the page, in this tab or on this device. Where it keeps nothing for a site (blocked site
// data, a full disk), each access throws: then it is kept in memory, until the page is left.
class Kept {
  memory = new Map();
  constructor(store) {
    this.store = store; // its name: already looking at it may throw
  }
  get(key) {
    try {
      return window[this.store].getItem(key) ?? this.memory.get(key) ?? null;
    } catch {
      return this.memory.get(key) ?? null;
    }
  }
  set(key, value) {
    try {
      window[this.store].setItem(key, value);
    } catch {
      this.memory.set(key, value);
    }
  }
  remove(key) {
    this.memory.delete(key);
    try {
      window[this.store].removeItem(key);
    } catch {} // nothing was kept there
  }
}

export const tab = new Kept('sessionStorage');
export const device = new Kept('localStorage');
