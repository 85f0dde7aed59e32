import {
  createDefaultCoreModule,
  createDefaultSharedCoreModule,
  type DeepPartial,
  EmptyFileSystem,
  inject,
  type LangiumCoreServices,
  type Module,
} from 'langium';
import { PembaGeneratedModule, PembaGeneratedSharedModule } from './generated/module.ts';
import { PembaLexer } from './pemba-lexer.ts';
import { PembaParserMessages } from './pemba-parser-messages.ts';
import { PembaScopeProvider } from './pemba-scope-provider.ts';
import { PembaTokenBuilder } from './pemba-token-builder.ts';
import { PembaValueConverter } from './pemba-value-converter.ts';

/** Where the language departs from Langium's defaults; a language server adds its own on top. */
export const PembaModule: Module<LangiumCoreServices, DeepPartial<LangiumCoreServices>> = {
  parser: {
    TokenBuilder: () => new PembaTokenBuilder(),
    Lexer: (services) => new PembaLexer(services),
    ValueConverter: () => new PembaValueConverter(),
    ParserErrorMessageProvider: () => new PembaParserMessages(),
  },
  references: {
    ScopeProvider: (services) => new PembaScopeProvider(services),
  },
};

let services: LangiumCoreServices | undefined;

/** The services of the language, built at the first call: the parser alone takes some 20 ms. */
export function pembaServices(): LangiumCoreServices {
  services ??= createPembaServices();
  return services;
}

function createPembaServices(): LangiumCoreServices {
  const shared = inject(createDefaultSharedCoreModule(EmptyFileSystem), PembaGeneratedSharedModule);
  const language = inject(createDefaultCoreModule({ shared }), PembaGeneratedModule, PembaModule);
  shared.ServiceRegistry.register(language);
  return language;
}
