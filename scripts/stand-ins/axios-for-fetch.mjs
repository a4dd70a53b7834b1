import { dirname } from "node:path";

/**
 * What axios' fetch adapter can do beyond sending text and bytes (forms, cookies, progress, merged defaults) makes up
 * more than a third of it, and the client does none of it. In the bundle for browsers these modules are left out.
 *
 * `trackStream` stays: every streamed answer to a request with a signal goes through it, so that the signal is let go of.
 *
 * The adapter is handed complete requests, so of `resolveConfig` nothing is left but the headers' own class.
 */
const UNUSED = [
  "core/createMultipartBody",
  "helpers/estimateDataURLDecodedBytes",
  "helpers/formDataToBlob",
  "helpers/progressEventReducer",
  "helpers/toFormData",
];

const NOTHING = `
  const unused = () => { throw new Error("This part of axios is not in the bundle."); };
  export default unused;
  export { unused as progressEventReducer, unused as progressEventDecorator, unused as asyncDecorator };
`;

const RESOLVE_CONFIG = `
  import AxiosHeaders from "../core/AxiosHeaders.js";
  export default (config) => ({ ...config, headers: AxiosHeaders.from(config.headers) });
`;

/** @type {import("esbuild").Plugin} */
export const axiosForFetch = {
  name: "axios-for-fetch",
  setup(build) {
    const replaced = new Set();
    build.onStart(() => replaced.clear());
    build.onLoad({ filter: /[\\/]axios[\\/]lib[\\/].*\.js$/ }, ({ path }) => {
      const [, name = ""] = /axios[\\/]lib[\\/](.*)\.js$/.exec(path) ?? [];
      const module = name.replaceAll("\\", "/");
      const contents =
        module === "helpers/resolveConfig" ? RESOLVE_CONFIG : UNUSED.includes(module) ? NOTHING : undefined;
      if (contents === undefined) return undefined;
      replaced.add(module);
      return { contents, resolveDir: dirname(path) };
    });
    // A new version of axios may have them elsewhere, and then they would all be back unseen.
    build.onEnd(({ errors }) => {
      if (errors.length === 0 && !replaced.has("helpers/resolveConfig")) {
        throw new Error(
          "axios/lib/helpers/resolveConfig.js isn't there any more: look at its fetch adapter.",
        );
      }
    });
  },
};
