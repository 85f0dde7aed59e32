/** An editor: talks to `pemba lsp` as a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node.js';

export interface Range {
  start: { line: number; character: number };
  end: { line: number; character: number };
}

export interface Diagnostic {
  range: Range;
  severity: number;
  code: string;
  message: string;
  source: string;
}

/** Where the cursor stands in a text that is given to {@link Editor.open}. */
const CURSOR = '‸';

export class Editor {
  readonly folder = mkdtempSync(join(tmpdir(), 'pemba-lsp-'));
  readonly #process: ChildProcess;
  readonly #connection: MessageConnection;
  readonly #diagnostics = new Map<string, Diagnostic[]>();
  readonly #waiting = new Set<() => void>();
  readonly #versions = new Map<string, number>();
  readonly exited: Promise<number | null>;

  private constructor() {
    this.#process = spawn(process.execPath, ['--import', 'tsx', 'src/bin.ts', 'lsp', '--stdio'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.exited = new Promise((resolve) => this.#process.once('exit', resolve));
    const { stdin, stdout } = this.#process;
    if (stdin === null || stdout === null) throw new TypeError('the process has no streams');
    this.#connection = createMessageConnection(
      new StreamMessageReader(stdout),
      new StreamMessageWriter(stdin),
    );
    this.#connection.onNotification(
      'textDocument/publishDiagnostics',
      (params: { uri: string; diagnostics: Diagnostic[] }) => {
        this.#diagnostics.set(params.uri, params.diagnostics);
        for (const look of this.#waiting) look();
      },
    );
    this.#connection.listen();
  }

  /** @param files on the disk of the workspace, before it is opened */
  static async start(files: Record<string, string> = {}): Promise<Editor> {
    const editor = new Editor();
    for (const [name, text] of Object.entries(files)) editor.write(name, text);
    await editor.ask('initialize', {
      processId: process.pid,
      rootUri: null,
      workspaceFolders: [{ uri: pathToFileURL(editor.folder).href, name: 'test' }],
      capabilities: {},
    });
    await editor.tell('initialized', {});
    return editor;
  }

  write(name: string, text: string): void {
    mkdirSync(dirname(join(this.folder, name)), { recursive: true });
    writeFileSync(join(this.folder, name), text);
  }

  uri(name: string): string {
    return pathToFileURL(join(this.folder, name)).href;
  }

  /** Opens a file, or changes it. @returns the params of a question about the place of `‸` in the text */
  async open(name: string, marked: string) {
    const offset = marked.indexOf(CURSOR);
    const text = marked.replace(CURSOR, '');
    const uri = this.uri(name);
    const version = (this.#versions.get(name) ?? 0) + 1;
    this.#versions.set(name, version);
    this.#diagnostics.delete(uri);
    if (version === 1)
      await this.tell('textDocument/didOpen', { textDocument: { uri, languageId: 'pemba', version, text } });
    else
      await this.tell('textDocument/didChange', {
        textDocument: { uri, version },
        contentChanges: [{ text }],
      });
    const lines = text.slice(0, Math.max(offset, 0)).split('\n');
    return {
      textDocument: { uri },
      position: { line: lines.length - 1, character: lines[lines.length - 1].length },
    };
  }

  ask<T>(method: string, params: object): Promise<T> {
    return this.#connection.sendRequest<T>(method, params);
  }

  tell(method: string, params: object): Promise<void> {
    return this.#connection.sendNotification(method, params);
  }

  /** What the server says of a file since it was opened or changed last. */
  diagnostics(name: string): Promise<Diagnostic[]> {
    const uri = this.uri(name);
    return new Promise((resolve) => {
      const look = (): void => {
        const found = this.#diagnostics.get(uri);
        if (found === undefined) return;
        this.#waiting.delete(look);
        resolve(found);
      };
      this.#waiting.add(look);
      look();
    });
  }

  /** Ends the server as the protocol says. @returns the code it exits with */
  async stop(): Promise<number | null> {
    await this.ask('shutdown', {});
    await this.tell('exit', {});
    const code = await this.exited;
    this.#connection.dispose();
    rmSync(this.folder, { recursive: true, force: true });
    return code;
  }
}
