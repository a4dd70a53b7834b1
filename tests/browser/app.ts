import * as fermion from "fermion";

/** What the page loads: the package as an application's bundler finds it, within reach of what a test evaluates. */
declare global {
  var fermionPackage: typeof fermion;
}

globalThis.fermionPackage = fermion;
document.documentElement.dataset.ready = "yes";
