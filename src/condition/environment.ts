/** CEL as conditions know it: the standard language, parameters of declared types, and IP addresses. */
import { Environment } from '@marcbachmann/cel-js';
import type { ConditionDefinition, ParameterType } from './definition.ts';
import { IpAddress, isAddress, type Network, parseNetwork } from './ip-address.ts';

/** Bounds on one expression, as evaluation itself cannot be interrupted. */
export const EXPRESSION_LIMITS = {
  maxAstNodes: 1_000,
  maxDepth: 50,
  maxListElements: 100,
  maxMapEntries: 100,
  maxCallArguments: 16,
} as const;

// Networks are mostly literals; more than so many different ones come from parameters.
const MAX_NETWORKS = 1_000;
const networks = new Map<string, Network>();

let base: Environment | undefined;

/** An environment that knows the parameters of a condition. @throws if a name cannot be a variable */
export function environmentOf(definition: Pick<ConditionDefinition, 'parameters'>): Environment {
  base ??= baseEnvironment();
  const environment = base.clone();
  for (const { name, type } of definition.parameters) environment.registerVariable(name, celType(type));
  return environment;
}

function baseEnvironment(): Environment {
  return new Environment({ limits: EXPRESSION_LIMITS })
    .registerType('ipaddress', { ctor: IpAddress, fields: {} })
    .registerFunction('ipaddress(string): ipaddress', toAddress)
    .registerFunction('ipaddress.in_cidr(string): bool', (address: IpAddress, network: string) =>
      address.isIn(toNetwork(network)),
    )
    .registerOperator('ipaddress == ipaddress', (a: IpAddress, b: IpAddress) => a.equals(b));
}

function celType(type: ParameterType): string {
  switch (type.name) {
    case 'list':
      return `list<${celType(type.of)}>`;
    case 'map':
      return `map<string, ${celType(type.of)}>`;
    case 'timestamp':
      return 'google.protobuf.Timestamp';
    case 'duration':
      return 'google.protobuf.Duration';
    case 'any':
      return 'dyn';
    default:
      return type.name;
  }
}

function toAddress(text: string): IpAddress {
  if (isAddress(text)) return new IpAddress(text);
  throw new Error(`\`${text}\` is no IP address`);
}

function toNetwork(text: string): Network {
  const known = networks.get(text);
  if (known !== undefined) return known;
  const network = parseNetwork(text);
  if (network === undefined) throw new Error(`\`${text}\` is no network such as \`10.0.0.0/8\``);
  if (networks.size >= MAX_NETWORKS) networks.clear();
  networks.set(text, network);
  return network;
}
