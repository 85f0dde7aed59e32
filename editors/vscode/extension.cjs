/** Starts `pemba lsp` when a schema is opened, and stops it when the editor is closed. */
const { workspace } = require('vscode');
const { LanguageClient, TransportKind } = require('vscode-languageclient/node');

let client;

exports.activate = () => {
  const [command, ...args] = workspace.getConfiguration('pemba').get('command');
  const cwd = workspace.workspaceFolders?.[0]?.uri.fsPath;
  // On Windows what npm installs is a script, and only a shell runs those.
  const options = { cwd, shell: process.platform === 'win32' };
  client = new LanguageClient(
    'pemba',
    'Pemba',
    { command, args, options, transport: TransportKind.stdio },
    {
      documentSelector: [{ language: 'pemba' }],
      synchronize: { fileEvents: workspace.createFileSystemWatcher('**/*.pemba') },
    },
  );
  return client.start();
};

exports.deactivate = () => client?.stop();
