/**
 * Messages that are made of strings of ASCII alone, and of lists of such messages: nearly all checks are. They are read
 * in one pass; whatever is not so simple is left to the decoder.
 */
import { type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf';

const LENGTH_DELIMITED = 2;
/** Fields below it have a tag of one byte. */
const LONG_TAGS_FROM = 16;

interface List<Message> {
  name: keyof Message;
  /** A list that is longer is not plain. */
  most: number;
  of: PlainMessage<object>;
}

export class PlainMessage<Message> {
  /** The message without any field; what it holds is shared, so nobody may change it. */
  private readonly blank: Message;
  /** By tag. */
  private readonly strings: (keyof Message | undefined)[] = [];
  private readonly lists: (List<Message> | undefined)[] = [];

  /**
   * @param blank the message without any field
   * @param mostOf how many elements a list may have, by its name in the proto
   */
  constructor(type: DescMessage, blank: Message, mostOf: (list: string) => number) {
    this.blank = blank;
    for (const field of type.fields) {
      if (field.number >= LONG_TAGS_FROM) continue;
      const tag = (field.number << 3) | LENGTH_DELIMITED;
      const name = field.localName as keyof Message;
      if (isString(field)) this.strings[tag] = name;
      else if (isListOfPlain(field))
        this.lists[tag] = {
          name,
          most: mostOf(field.name),
          of: new PlainMessage(field.message, blankOf(field.message), mostOf),
        };
    }
  }

  /**
   * The message as the decoder would read it, or undefined if that is not to be seen in one pass.
   * @param ascii bytes below 0x80 alone, so that tags and lengths are one byte each
   */
  decode(ascii: Buffer): Message | undefined {
    // One text for all: a part of it takes no call out of JavaScript.
    return this.read(ascii, ascii.toString('latin1'), 0, ascii.length);
  }

  private read(bytes: Buffer, text: string, from: number, end: number): Message | undefined {
    const message: Message = { ...this.blank };
    for (let at = from; at < end; ) {
      const tag = bytes[at];
      const start = at + 2;
      // If the length is missing, the end is beyond that of the message.
      at = start + (start <= end ? bytes[start - 1] : 0);
      if (at > end) return undefined;
      const name = this.strings[tag];
      if (name !== undefined) message[name] = text.slice(start, at) as Message[keyof Message];
      else if (!this.readElement(message, this.lists[tag], bytes, text, start, at)) return undefined;
    }
    return message;
  }

  /** @returns false if it is not as simple */
  private readElement(
    message: Message,
    list: List<Message> | undefined,
    bytes: Buffer,
    text: string,
    start: number,
    end: number,
  ): boolean {
    const element = list?.of.read(bytes, text, start, end);
    if (list === undefined || element === undefined) return false;
    const elements = message[list.name] as object[];
    if (elements.length === list.most) return false;
    if (elements.length > 0) elements.push(element);
    else message[list.name] = [element] as Message[keyof Message];
    return true;
  }
}

function isString(field: DescField): boolean {
  return field.fieldKind === 'scalar' && field.scalar === ScalarType.STRING && field.oneof === undefined;
}

function isListOfPlain(field: DescField): field is DescField & { message: DescMessage } {
  return (
    field.fieldKind === 'list' &&
    field.listKind === 'message' &&
    field.message.fields.every((each) => isString(each) && each.number < LONG_TAGS_FROM)
  );
}

function blankOf(type: DescMessage): object {
  return Object.fromEntries(type.fields.map(({ localName }) => [localName, '']));
}
