/** The page of a project. */

import { h } from "../lib/dom.js";

class EditorPage extends HTMLElement {
  /** @type {import("../types").ProjectView | null} */
  project = null;

  connectedCallback() {
    this.replaceChildren(h("main", { class: "whole-page" }, h("h1", null, this.project?.name ?? "")));
  }
}

customElements.define("ms-editor", EditorPage);
