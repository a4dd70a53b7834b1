/** Stands in for the package form-data when axios is bundled: the client makes its forms itself. */
export default class FormData {}
