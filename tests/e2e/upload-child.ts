import { Fermion } from "../../src/client/fermion.ts";

/** Uploads a file and goes on where it was cut off: `upload-child BASE_URL API_KEY PATH PART_SIZE`. */
const [baseURL, apiKey, path = "", partSize] = process.argv.slice(2);
const client = new Fermion({ baseURL, apiKey });
client.files
  .upload(path, { purpose: "user_data", partSize: Number(partSize), resume: true })
  .then((file) => console.log(file.id));
