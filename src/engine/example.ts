/** One thing to learn from, as tokens. */
export interface Example {
  /** The whole text, context and answers. */
  readonly tokens: Int32Array;
  /** 1 where a token is a target, 0 where it is only context; as long as `tokens`. */
  readonly learned: Uint8Array;
}
