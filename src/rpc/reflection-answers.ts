/** The answers of server reflection, without the stream they travel on. */
import { status } from '@grpc/grpc-js';
import type { DescriptorFile } from './descriptors.ts';
import type { DescriptorIndex } from './reflection-index.ts';

/** grpc.reflection.v1.ServerReflectionRequest; `message_request` names the field that is set. */
export interface ReflectionRequest {
  host: string;
  message_request?: string;
  file_by_filename?: string;
  file_containing_symbol?: string;
  file_containing_extension?: { containing_type: string; extension_number: number };
  all_extension_numbers_of_type?: string;
  list_services?: string;
}

/** grpc.reflection.v1.ServerReflectionResponse. */
export interface ReflectionResponse extends ReflectionAnswer {
  valid_host: string;
  original_request: ReflectionRequest;
}

interface ReflectionAnswer {
  file_descriptor_response?: { file_descriptor_proto: Uint8Array[] };
  all_extension_numbers_response?: { base_type_name: string; extension_number: number[] };
  list_services_response?: { service: { name: string }[] };
  error_response?: { error_code: number; error_message: string };
}

/** The answers on one stream. */
export class ReflectionAnswers {
  private readonly index: DescriptorIndex;
  /** The client keeps what it was sent, so each dependency is sent once. */
  private readonly sent = new Set<DescriptorFile>();

  constructor(index: DescriptorIndex) {
    this.index = index;
  }

  answer(request: ReflectionRequest): ReflectionResponse {
    return { valid_host: request.host, original_request: request, ...this.answerTo(request) };
  }

  private answerTo(request: ReflectionRequest): ReflectionAnswer {
    switch (request.message_request) {
      case 'list_services':
        return { list_services_response: { service: this.index.services.map((name) => ({ name })) } };
      case 'file_by_filename':
        return this.fileByName(request.file_by_filename ?? '');
      case 'file_containing_symbol':
        return this.fileOfSymbol(request.file_containing_symbol ?? '');
      case 'file_containing_extension':
        return this.fileOfExtension(request.file_containing_extension);
      case 'all_extension_numbers_of_type':
        return this.extensionNumbers(request.all_extension_numbers_of_type ?? '');
      default:
        return refusal(status.INVALID_ARGUMENT, 'the request holds no question that this server knows');
    }
  }

  private fileByName(name: string): ReflectionAnswer {
    return this.found(this.index.byFilename.get(name), `no file is named \`${name}\``);
  }

  private fileOfSymbol(symbol: string): ReflectionAnswer {
    return this.found(this.index.bySymbol.get(symbol), `no file declares \`${symbol}\``);
  }

  private fileOfExtension(extension: ReflectionRequest['file_containing_extension']): ReflectionAnswer {
    const { containing_type: type = '', extension_number: number = 0 } = extension ?? {};
    const file = this.index.extensions.get(type)?.get(number);
    return this.found(file, `no file declares extension ${number} of \`${type}\``);
  }

  private extensionNumbers(type: string): ReflectionAnswer {
    const extensions = this.index.extensions.get(type);
    if (extensions === undefined) return refusal(status.NOT_FOUND, `no file declares message \`${type}\``);
    const numbers = [...extensions.keys()].sort((a, b) => a - b);
    return { all_extension_numbers_response: { base_type_name: type, extension_number: numbers } };
  }

  private found(file: DescriptorFile | undefined, otherwise: string): ReflectionAnswer {
    if (file === undefined) return refusal(status.NOT_FOUND, otherwise);
    const files = this.withDependencies(file);
    return { file_descriptor_response: { file_descriptor_proto: files.map(({ bytes }) => bytes) } };
  }

  /** The file that was asked for comes first, which clients rely on, and even if it was sent before. */
  private withDependencies(asked: DescriptorFile): DescriptorFile[] {
    const files = [asked];
    this.sent.add(asked);
    // The list grows while it is walked.
    for (const { proto } of files) {
      for (const name of proto.dependency) {
        const dependency = this.index.byFilename.get(name);
        if (dependency === undefined || this.sent.has(dependency)) continue;
        this.sent.add(dependency);
        files.push(dependency);
      }
    }
    return files;
  }
}

function refusal(code: status, message: string): ReflectionAnswer {
  return { error_response: { error_code: code, error_message: message } };
}
