/** The start page: what this is, a place to drop videos, and the projects there are. */

import { h } from "../lib/dom.js";

class Start extends HTMLElement {
  connectedCallback() {
    this.replaceChildren(h("main", { class: "whole-page" }, h("h1", null, "masklet studio")));
  }
}

customElements.define("ms-start", Start);
