/**
 * The language server: what editors ask about schemas, over the Language Server Protocol 3.17.
 *
 * It stands on the compiler's own stages rather than on Langium's server, so that an editor is told exactly what
 * `pemba schema check` says, and a schema of several files is understood as the compiler understands it.
 */
import type { Readable, Writable } from 'node:stream';
import {
  type Connection,
  createConnection,
  ErrorCodes,
  type InitializeResult,
  ResponseError,
  type TextDocumentIdentifier,
  type TextDocumentPositionParams,
  TextDocumentSyncKind,
  type TextEdit,
} from 'vscode-languageserver/node.js';
import { formatSchema } from '../schema/format/format-schema.ts';
import { completionsAt } from './completion.ts';
import { diagnosticsOf } from './diagnostics.ts';
import { hoverAt } from './hover.ts';
import { Navigation, RenameError } from './navigation.ts';
import { outlineOf } from './outline.ts';
import { endOf, offsetAt } from './positions.ts';
import { nameOf, Schemas } from './schemas.ts';
import { pathOf, Sources } from './sources.ts';

/** How long typing has to rest before the text is looked at. */
const REST_MS = 100;

export interface LanguageServerOptions {
  input: Readable;
  output: Writable;
  version: string;
}

/** Answers until the editor ends it, which ends the process, as the protocol wants. */
export function serveLanguage({ input, output, version }: LanguageServerOptions): Promise<never> {
  const connection = createConnection(input, output);
  new LanguageServer(connection, version).listen();
  return new Promise(() => undefined);
}

class LanguageServer {
  readonly #connection: Connection;
  readonly #version: string;
  readonly #sources = new Sources();
  readonly #schemas = new Schemas(this.#sources);
  readonly #navigation = new Navigation(this.#sources, this.#schemas);
  #due: NodeJS.Timeout | undefined;

  constructor(connection: Connection, version: string) {
    this.#connection = connection;
    this.#version = version;
  }

  listen(): void {
    const connection = this.#connection;
    connection.onInitialize(({ workspaceFolders, rootUri }): InitializeResult => {
      const uris = workspaceFolders?.map(({ uri }) => uri) ?? (rootUri === null ? [] : [rootUri]);
      this.#sources.setFolders(uris);
      return { serverInfo: { name: 'pemba', version: this.#version }, capabilities };
    });
    this.#followTexts();
    this.#answerQuestions();
    connection.listen();
  }

  #followTexts(): void {
    const connection = this.#connection;
    connection.onDidOpenTextDocument(({ textDocument: { uri, text } }) => {
      this.#sources.open(uri, text);
      this.#diagnoseSoon();
    });
    connection.onDidChangeTextDocument(({ textDocument: { uri }, contentChanges }) => {
      const last = contentChanges.at(-1);
      if (last !== undefined) this.#sources.open(uri, last.text);
      this.#diagnoseSoon();
    });
    connection.onDidCloseTextDocument(({ textDocument: { uri } }) => {
      this.#sources.close(uri);
      void connection.sendDiagnostics({ uri, diagnostics: [] });
      this.#diagnoseSoon();
    });
    connection.onDidSaveTextDocument(() => this.#sources.filesChanged());
    connection.onDidChangeWatchedFiles(() => {
      this.#sources.filesChanged();
      this.#diagnoseSoon();
    });
  }

  #answerQuestions(): void {
    const connection = this.#connection;
    connection.onCompletion(async ({ textDocument, position }) => {
      const { path, text } = await this.#textOf(textDocument);
      return completionsAt(this.#schemas, path, text, offsetAt(text, position));
    });
    connection.onHover(async (params) => {
      const { places, offset } = await this.#asked(params);
      return places.map((place) => hoverAt(place, offset)).find((hover) => hover !== undefined);
    });
    connection.onDefinition(async (params) => {
      const { places, offset } = await this.#asked(params);
      return this.#navigation.definition(places, offset);
    });
    connection.onReferences(async (params) => {
      const { places, offset } = await this.#asked(params);
      return this.#navigation.references(places, offset, params.context.includeDeclaration);
    });
    connection.onPrepareRename(async (params) => {
      const { places, offset } = await this.#asked(params);
      return this.#navigation.prepareRename(places, offset)?.range ?? null;
    });
    connection.onRenameRequest(async (params) => {
      const { places, offset } = await this.#asked(params);
      try {
        return await this.#navigation.rename(places, offset, params.newName);
      } catch (error) {
        if (error instanceof RenameError) return new ResponseError(ErrorCodes.InvalidRequest, error.message);
        throw error;
      }
    });
    connection.onDocumentFormatting(({ textDocument }) => this.#format(textDocument));
    connection.onDocumentSymbol(async ({ textDocument }) => {
      const [place] = await this.#schemas.everywhere(pathOf(textDocument.uri));
      return place === undefined ? [] : outlineOf(place.file);
    });
  }

  async #textOf({ uri }: TextDocumentIdentifier): Promise<{ path: string; text: string }> {
    const path = pathOf(uri);
    return { path, text: (await this.#sources.read(path)) ?? '' };
  }

  async #asked({ textDocument, position }: TextDocumentPositionParams) {
    const { path, text } = await this.#textOf(textDocument);
    return { places: await this.#schemas.everywhere(path), offset: offsetAt(text, position) };
  }

  /** A text that does not follow the grammar is left as it is; its diagnostics say why. */
  async #format(document: TextDocumentIdentifier): Promise<TextEdit[]> {
    const { path, text } = await this.#textOf(document);
    const formatted = formatSchema({ path: nameOf(path), text }).text;
    if (formatted === undefined || formatted === text) return [];
    return [{ range: { start: { line: 0, character: 0 }, end: endOf(text) }, newText: formatted }];
  }

  #diagnoseSoon(): void {
    clearTimeout(this.#due);
    this.#due = setTimeout(() => {
      this.#diagnose().catch((error: unknown) => this.#connection.console.error(String(error)));
    }, REST_MS);
  }

  /** Of every open file, since a change in one may be felt in others. */
  async #diagnose(): Promise<void> {
    const { generation } = this.#sources;
    for (const path of this.#sources.openPaths) {
      const diagnostics = await diagnosticsOf(this.#schemas, path);
      // What was typed meanwhile is looked at soon.
      if (generation !== this.#sources.generation) return;
      await this.#connection.sendDiagnostics({ uri: this.#sources.uriOf(path), diagnostics });
    }
  }
}

const capabilities: InitializeResult['capabilities'] = {
  textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Full, save: true },
  completionProvider: { triggerCharacters: ['.', ':', '|', '#'] },
  hoverProvider: true,
  definitionProvider: true,
  referencesProvider: true,
  renameProvider: { prepareProvider: true },
  documentFormattingProvider: true,
  documentSymbolProvider: true,
};
