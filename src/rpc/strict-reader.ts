import protobuf from 'protobufjs/minimal.js';

/**
 * The decoder's own reader, but a string that ends beyond its message is an error. The original cuts it off
 * without a word, so that a request which arrived short would be about another object or subject.
 */
export class StrictReader extends protobuf.BufferReader {
  override string(): string {
    const length = this.uint32();
    const start = this.pos;
    const end = start + length;
    if (end > this.len) throw new RangeError('a string ends beyond its message');
    this.pos = end;
    return (this.buf as Buffer).toString('utf8', start, end);
  }
}
