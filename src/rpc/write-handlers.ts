/** The methods of PermissionService that change tuples. */
import { includesLevel } from '../model/credential.ts';
import { parseObject, parseRelation } from '../model/reference.ts';
import { parseTupleFilter } from '../model/write.ts';
import type { WriterOfTuples, WriteService } from '../service/write-service.ts';
import { toContext, toPreconditions, toSubjectTuple, toUpdates } from './convert.ts';
import { A_RELATION, AN_OBJECT, assertPresent } from './fields.ts';
import { toRecorded } from './recorded.ts';
import type { CallContext, Method } from './unary.ts';
import type {
  DeleteObjectRequest,
  DeleteTuplesRequest,
  OnBehalfOf,
  ReplaceRelationRequest,
  WriteRequest,
} from './wire.ts';

/** A governed write needs no more than an actor; without one the service asks for more. */
const ABOUT = { level: 'governed_write', about: 'named store' } as const;
const NO_FILTER = { object: '', relation: '', subject: '' };

export function writeMethods(writes: WriteService) {
  return {
    Write: {
      ...ABOUT,
      handle: async (request, context) => ({
        zookie: await writes.write(context.tenant, {
          ...writerOf(request, context),
          updates: toUpdates(request.updates),
          preconditions: toPreconditions(request.preconditions),
          idempotencyKey: request.idempotencyKey,
        }),
      }),
    } satisfies Method<WriteRequest, object>,
    DeleteTuples: {
      ...ABOUT,
      handle: (request, context) =>
        writes.deleteTuples(context.tenant, {
          ...writerOf(request, context),
          filter: parseTupleFilter(request.filter ?? NO_FILTER, 'filter'),
          limit: request.limit,
        }),
    } satisfies Method<DeleteTuplesRequest, object>,
    ReplaceRelation: {
      ...ABOUT,
      handle: (request, context) => {
        const { object: objectText, relation: relationText, subjects } = request;
        assertPresent(['object', objectText, AN_OBJECT], ['relation', relationText, A_RELATION]);
        const object = parseObject(objectText, 'object');
        const relation = parseRelation(relationText, 'relation');
        const tuples = subjects.map((subject, i) => ({
          object,
          relation,
          ...toSubjectTuple(subject, `subjects[${i}]`),
        }));
        return writes.replaceRelation(context.tenant, {
          ...writerOf(request, context),
          object,
          relation,
          tuples,
        });
      },
    } satisfies Method<ReplaceRelationRequest, object>,
    DeleteObject: {
      ...ABOUT,
      handle: (request, context) => {
        assertPresent(['object', request.object, AN_OBJECT]);
        return writes.deleteObject(context.tenant, {
          ...writerOf(request, context),
          object: parseObject(request.object, 'object'),
        });
      },
    } satisfies Method<DeleteObjectRequest, object>,
  };
}

function writerOf(request: OnBehalfOf, context: CallContext): WriterOfTuples {
  const { caller, deadline } = context;
  return {
    ...toRecorded(request, context),
    context: toContext(request.context, 'context'),
    isTrusted: includesLevel(caller.level, 'write'),
    deadline,
  };
}
