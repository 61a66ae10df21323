// The types of the internal class of kafkajs that null-headers.ts corrects.

declare const Encoder: { prototype: { writeVarIntBytes(value: unknown): unknown } };
export default Encoder;
