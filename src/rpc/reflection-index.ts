/** What server reflection can be asked for, and the file that declares it. */
import type { DescriptorProto, EnumDescriptorProto, FieldDescriptorProto } from '@bufbuild/protobuf/wkt';
import type { DescriptorFile } from './descriptors.ts';

export interface DescriptorIndex {
  /** Full names, sorted. */
  services: string[];
  byFilename: ReadonlyMap<string, DescriptorFile>;
  /** By full name. The values of an enum are named as protobuf has it: beside their enum, not inside. */
  bySymbol: ReadonlyMap<string, DescriptorFile>;
  /** By the full name of every message, extended or not, then by field number. */
  extensions: ReadonlyMap<string, ReadonlyMap<number, DescriptorFile>>;
}

/** Finds what the files declare. */
export function indexDescriptors(files: readonly DescriptorFile[]): DescriptorIndex {
  const builder = new IndexBuilder();
  for (const file of files) builder.addFile(file);
  return builder.index();
}

class IndexBuilder {
  private readonly services: string[] = [];
  private readonly byFilename = new Map<string, DescriptorFile>();
  private readonly bySymbol = new Map<string, DescriptorFile>();
  private readonly extensions = new Map<string, Map<number, DescriptorFile>>();

  index(): DescriptorIndex {
    const { byFilename, bySymbol, extensions } = this;
    return { services: this.services.sort(), byFilename, bySymbol, extensions };
  }

  addFile(file: DescriptorFile): void {
    const { proto } = file;
    const scope = proto.package === '' ? '' : `${proto.package}.`;
    this.byFilename.set(proto.name, file);
    for (const message of proto.messageType) this.addMessage(scope, message, file);
    for (const enumeration of proto.enumType) this.addEnum(scope, enumeration, file);
    for (const extension of proto.extension) this.addExtension(scope, extension, file);
    for (const service of proto.service) {
      const name = scope + service.name;
      this.services.push(name);
      this.bySymbol.set(name, file);
      for (const method of service.method) this.bySymbol.set(`${name}.${method.name}`, file);
    }
  }

  private addMessage(scope: string, message: DescriptorProto, file: DescriptorFile): void {
    const name = scope + message.name;
    const within = `${name}.`;
    this.bySymbol.set(name, file);
    this.extensionsOf(name);
    for (const field of message.field) this.bySymbol.set(within + field.name, file);
    for (const oneof of message.oneofDecl) this.bySymbol.set(within + oneof.name, file);
    for (const nested of message.nestedType) this.addMessage(within, nested, file);
    for (const enumeration of message.enumType) this.addEnum(within, enumeration, file);
    for (const extension of message.extension) this.addExtension(within, extension, file);
  }

  private addEnum(scope: string, enumeration: EnumDescriptorProto, file: DescriptorFile): void {
    this.bySymbol.set(scope + enumeration.name, file);
    for (const value of enumeration.value) this.bySymbol.set(scope + value.name, file);
  }

  private addExtension(scope: string, extension: FieldDescriptorProto, file: DescriptorFile): void {
    this.bySymbol.set(scope + extension.name, file);
    // What is extended is named with a leading dot.
    this.extensionsOf(extension.extendee.replace(/^\./, '')).set(extension.number, file);
  }

  private extensionsOf(message: string): Map<number, DescriptorFile> {
    let extensions = this.extensions.get(message);
    if (extensions === undefined) {
      extensions = new Map();
      this.extensions.set(message, extensions);
    }
    return extensions;
  }
}
