import {
  createDefaultCoreModule,
  createDefaultSharedCoreModule,
  createLangiumParser,
  type DeepPartial,
  EmptyFileSystem,
  inject,
  type LangiumCoreServices,
  type LangiumParser,
  type Module,
} from 'langium';
import { PembaGeneratedModule, PembaGeneratedSharedModule } from './generated/module.ts';
import { PembaCstNodeBuilder } from './pemba-cst-node-builder.ts';
import { PembaLexer } from './pemba-lexer.ts';
import { PembaParserMessages } from './pemba-parser-messages.ts';
import { PembaScopeProvider } from './pemba-scope-provider.ts';
import { PembaTokenBuilder } from './pemba-token-builder.ts';
import { PembaValueConverter } from './pemba-value-converter.ts';

/** Where the language departs from Langium's defaults; a language server adds its own on top. */
const PembaModule: Module<LangiumCoreServices, DeepPartial<LangiumCoreServices>> = {
  parser: {
    LangiumParser: (services) => withOurNodeBuilder(createLangiumParser(services)),
    TokenBuilder: () => new PembaTokenBuilder(),
    Lexer: (services) => new PembaLexer(services),
    ValueConverter: () => new PembaValueConverter(),
    ParserErrorMessageProvider: () => new PembaParserMessages(),
  },
  references: {
    ScopeProvider: (services) => new PembaScopeProvider(services),
  },
};

/** Langium makes the builder itself and keeps it private, so there is no other way to give it ours. */
function withOurNodeBuilder(parser: LangiumParser): LangiumParser {
  return Object.assign(parser, { nodeBuilder: new PembaCstNodeBuilder() });
}

let services: LangiumCoreServices | undefined;

/** The services of the language, built at the first call: the parser alone takes some 20 ms. */
export function pembaServices(): LangiumCoreServices {
  services ??= createPembaServices();
  return services;
}

/** Has them built anew. A parser that something was thrown out of is in no state to parse again. */
export function discardPembaServices(): void {
  services = undefined;
}

function createPembaServices(): LangiumCoreServices {
  const shared = inject(createDefaultSharedCoreModule(EmptyFileSystem), PembaGeneratedSharedModule);
  const language = inject(createDefaultCoreModule({ shared }), PembaGeneratedModule, PembaModule);
  shared.ServiceRegistry.register(language);
  return language;
}
