/**
 * A header by which a platform says for how many seconds it honours an `Idempotency-Key`, on its answers about jobs. A
 * client that lost an answer knows by it that sending the same request again makes nothing twice.
 */
export const RETENTION_HEADER = "idempotency-retention";
