import type { Readable } from "node:stream";
import type { FileObject } from "../contract/files.ts";
import type { Blobs, ReceivedBlob } from "./blobs.ts";
import { newId } from "./ids.ts";
import type { FileRow } from "./store/files.ts";
import type { Store } from "./store/store.ts";

interface NewFile {
  readonly filename: string;
  readonly purpose: string;
  /** It goes away by itself so long after it came. */
  readonly seconds?: number | undefined;
}

/** Files: rows of the store and their blobs, kept in step. */
export interface FileLibrary {
  /** Records a file whose bytes have arrived. */
  add(file: NewFile, blob: ReceivedBlob): FileRow;
  /** Whether it was there. */
  delete(id: string): boolean;
  content(file: FileRow): Readable;
  /** All the parts of an upload, one behind the other. */
  join(hashes: readonly string[]): Promise<ReceivedBlob>;
  /** Deletes blobs that nothing needs any more. */
  release(hashes: readonly string[]): void;
  /** Takes away what has expired. */
  expire(): void;
  /** Deletes every blob that nothing needs: what a killed process left behind. */
  sweep(): void;
}

/** Files of a store. @param now - Unix seconds */
export function createFileLibrary(store: Store, blobs: Blobs, now: () => number): FileLibrary {
  const release = (hashes: readonly string[]) => {
    for (const sha256 of new Set(hashes)) {
      if (!store.blobReferences.has(sha256)) blobs.delete(sha256);
    }
  };
  return {
    add({ filename, purpose, seconds }, blob) {
      const { bytes, sha256 } = blob;
      const created_at = now();
      const expires_at = seconds === undefined ? null : created_at + seconds;
      const file = { id: newId("file-"), filename, purpose, bytes, sha256, created_at, expires_at };
      blob.keep();
      store.files.insert(file);
      return file;
    },
    delete(id) {
      const file = store.files.get(id);
      if (!file) return false;
      store.files.delete(id);
      release([file.sha256]);
      return true;
    },
    content: ({ sha256 }) => blobs.read(sha256),
    join: (hashes) =>
      blobs.receive(
        (async function* () {
          for (const sha256 of hashes) yield* blobs.read(sha256);
        })(),
        { md5: true },
      ),
    release,
    expire() {
      release(store.files.deleteExpired());
      release(store.uploads.dropExpiredParts());
      store.idempotency.dropExpired();
    },
    sweep: () => blobs.sweep(store.blobReferences.all()),
  };
}

/** A file as it is answered. */
export function fileObject(file: FileRow): FileObject {
  const { id, filename, purpose, bytes, sha256, created_at, expires_at } = file;
  return {
    id,
    object: "file",
    bytes,
    created_at,
    // Left out rather than null: the public description knows no null here.
    ...(expires_at === null ? {} : { expires_at }),
    filename,
    purpose,
    status: "processed",
    sha256,
  };
}
