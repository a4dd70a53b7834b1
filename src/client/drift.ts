/** Where an answer differs from the contract. Nothing of the answer's own texts is in it but values of fixed words. */
export interface Drift {
  /** The call, such as `GET /fine_tuning/jobs/{id}`. */
  readonly operation: string;
  /** Where in the answer, such as `data[].status`. */
  readonly path: string;
  /** What the contract has there. */
  readonly expected: string;
  /** What came. */
  readonly got: string;
}
