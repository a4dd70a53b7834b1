/**
 * Floating-point numbers of 16 bits, to and from those of 32. Blocks of bytes are little-endian, as in safetensors.
 */

/** IEEE 754 binary16: 1 bit sign, 5 bits exponent with bias 15, 10 bits fraction. */
export function float16ToNumber(bits: number): number {
  const sign = (bits & 0x8000) === 0 ? 1 : -1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The upper half of a binary32, to the nearest, of two equally near the even one. */
export function bfloat16FromFloat32Bits(bits: number): number {
  // Rounding could carry a NaN whose fraction is all in the lower half into infinity.
  if ((bits & 0x7fff_ffff) > 0x7f80_0000) return (bits >>> 16) | 0x40;
  const odd = (bits >>> 16) & 1;
  return ((bits + 0x7fff + odd) >>> 16) & 0xffff;
}

/** How the numbers of a tensor lie in a file. */
export type FloatFormat = "F32" | "F16" | "BF16";

/** The size of one number, in bytes. */
export function formatSize(format: FloatFormat): number {
  return format === "F32" ? 4 : 2;
}

/** Reads `target.length` numbers from the beginning of `block`. */
export function decodeNumbers(block: DataView, format: FloatFormat, target: Float32Array): void {
  const count = target.length;
  if (format === "F32") {
    for (let i = 0; i < count; i++) target[i] = block.getFloat32(4 * i, true);
  } else if (format === "F16") {
    for (let i = 0; i < count; i++) target[i] = float16ToNumber(block.getUint16(2 * i, true));
  } else {
    const bits = new Uint32Array(target.buffer, target.byteOffset, count);
    for (let i = 0; i < count; i++) bits[i] = block.getUint16(2 * i, true) << 16;
  }
}

/** Writes the numbers to the beginning of `block`. */
export function encodeNumbers(numbers: Float32Array, format: "F32" | "BF16", block: DataView): void {
  const bits = new Uint32Array(numbers.buffer, numbers.byteOffset, numbers.length);
  bits.forEach((pattern, i) => {
    if (format === "F32") block.setUint32(4 * i, pattern, true);
    else block.setUint16(2 * i, bfloat16FromFloat32Bits(pattern), true);
  });
}
