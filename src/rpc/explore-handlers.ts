/** The methods of PermissionService that find things out: trees of sets, explanations, lookups. */
import type { ExploreContext, ExploreService, LookupPage } from '../service/explore-service.ts';
import { toWireAnswer } from './check-responses.ts';
import { toConsistency, toContext, toContextualTuples } from './convert.ts';
import { fromExpandedNode, fromMiss, fromReason } from './convert-explored.ts';
import { A_RELATION, A_SUBJECT, AN_OBJECT, assertNotNegative, assertPresent } from './fields.ts';
import type { StreamContext, StreamMethod } from './streaming.ts';
import type { CallContext, Method } from './unary.ts';
import type {
  ExpandRequest,
  ExplainRequest,
  ListPermissionsRequest,
  LookupResourcesRequest,
  LookupSubjectsRequest,
} from './wire.ts';

const DEFAULT_MISSES = 3;

export function exploreMethods(explore: ExploreService) {
  return {
    Expand: {
      level: 'read',
      about: 'named store',
      handle: async (request, context) => {
        const { object, relation, depth } = request;
        assertPresent(['object', object, AN_OBJECT], ['relation', relation, A_RELATION]);
        assertNotNegative('depth', depth, 'send 0 for the whole tree, or how many sets deep to go');
        const query = { object, relation, depth };
        const { nodes, zookie } = await explore.expand(context.tenant, query, exploring(request, context));
        return { nodes: nodes.map(fromExpandedNode), zookie };
      },
    } satisfies Method<ExpandRequest, object>,
    Explain: {
      level: 'read',
      about: 'named store',
      handle: async (request, context) => {
        const { object, relation, subject, maxMisses } = request;
        assertPresent(
          ['object', object, AN_OBJECT],
          ['relation', relation, A_RELATION],
          ['subject', subject, A_SUBJECT],
        );
        assertNotNegative(
          'max_misses',
          maxMisses,
          `send 0 for ${DEFAULT_MISSES}, or how many to find at most`,
        );
        const query = { object, relation, subject, maxMisses: maxMisses === 0 ? DEFAULT_MISSES : maxMisses };
        const found = await explore.explain(context.tenant, query, exploring(request, context));
        return {
          answer: toWireAnswer(found.answer),
          missing: found.missing ?? [],
          reasons: found.reasons.map(fromReason),
          misses: found.misses.map(fromMiss),
          missesArePartial: found.missesArePartial === true,
          zookie: found.zookie,
        };
      },
    } satisfies Method<ExplainRequest, object>,
    ListPermissions: {
      level: 'read',
      about: 'named store',
      handle: async (request, context) => {
        const { object, subject } = request;
        assertPresent(['object', object, AN_OBJECT], ['subject', subject, A_SUBJECT]);
        const query = { object, subject };
        const found = await explore.listPermissions(context.tenant, query, exploring(request, context));
        const permissions = found.permissions.map(({ name, isPermission, answer, missing }) => ({
          name,
          isPermission,
          answer: toWireAnswer(answer),
          missing: missing ?? [],
        }));
        return { permissions, zookie: found.zookie };
      },
    } satisfies Method<ListPermissionsRequest, object>,
    LookupResources: {
      level: 'read',
      about: 'named store',
      hasDefaultDeadline: true,
      stream: (request, context) => {
        const { resourceType, relation, subject, pageSize, pageToken } = request;
        assertPresent(
          ['resource_type', resourceType, 'the name of a type'],
          ['relation', relation, A_RELATION],
          ['subject', subject, A_SUBJECT],
        );
        const query = { resourceType, relation, subject, pageSize, pageToken };
        return messagesOf(explore.lookupResources(context.tenant, query, exploring(request, context)));
      },
    } satisfies StreamMethod<LookupResourcesRequest, object>,
    LookupSubjects: {
      level: 'read',
      about: 'named store',
      hasDefaultDeadline: true,
      stream: (request, context) => {
        const { object, relation, subjectType, pageSize, pageToken } = request;
        assertPresent(
          ['object', object, AN_OBJECT],
          ['relation', relation, A_RELATION],
          ['subject_type', subjectType, '`type` or `type#relation`'],
        );
        const query = { object, relation, subjectType, pageSize, pageToken };
        return messagesOf(explore.lookupSubjects(context.tenant, query, exploring(request, context)));
      },
    } satisfies StreamMethod<LookupSubjectsRequest, object>,
  };
}

function exploring(
  request: Pick<ExpandRequest, 'consistency' | 'contextualTuples' | 'context'>,
  context: CallContext | StreamContext,
): ExploreContext {
  return {
    consistency: toConsistency(request.consistency),
    contextualTuples: toContextualTuples(request.contextualTuples),
    context: toContext(request.context, 'context'),
    deadline: context.deadline,
    ...('signal' in context ? { signal: context.signal } : {}),
  };
}

async function* messagesOf(pages: AsyncIterable<LookupPage>): AsyncGenerator<object> {
  for await (const { results, nextPageToken, zookie } of pages) {
    const found = results.map(({ id, answer, missing }) => ({
      id,
      answer: toWireAnswer(answer),
      missing: missing ?? [],
    }));
    yield { results: found, nextPageToken, zookie };
  }
}
