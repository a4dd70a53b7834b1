/** Stands in for the http adapter of axios in the bundle for runtimes that have no http of Node. */
export default false;
