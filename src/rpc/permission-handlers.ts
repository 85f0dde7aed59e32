/** The methods of PermissionService. */
import { PembaError } from '../base/errors.ts';
import type { Answer } from '../engine/engine.ts';
import { parseTupleFilter } from '../model/write.ts';
import type { BatchAnswer, CheckAnswer, CheckService } from '../service/check-service.ts';
import type { ReadService } from '../service/read-service.ts';
import type { WriteService } from '../service/write-service.ts';
import { BatchResponses, CheckResponses, toWireAnswer } from './check-responses.ts';
import { fromTuple, missingPart, toConsistency, toContext, toContextualTuples } from './convert.ts';
import { loadServices } from './protocol.ts';
import { STATUS_OF, shortened, shortenedField } from './status.ts';
import type { CallContext, Method } from './unary.ts';
import type { BatchCheckRequest, CheckRequest, ReadRequest, WireParts } from './wire.ts';
import { writeMethods } from './write-handlers.ts';

/** There may be thousands of them in one response. */
const MAX_ITEM_MESSAGE = 2_000;

const NO_FILTER = { object: '', relation: '', subject: '' };

export function permissionMethods(checks: CheckService, writes: WriteService, reads: ReadService) {
  const { Check, BatchCheck } = loadServices().PermissionService;
  const responses = new CheckResponses(Check.responseSerialize);
  const batches = new BatchResponses(BatchCheck.responseSerialize);
  const checkResponse = ({ answer, missing, zookie }: CheckAnswer): object =>
    missing === undefined
      ? responses.of(answer, zookie)
      : { answer: toWireAnswer(answer), missing: [...missing], zookie };
  return {
    Check: {
      level: 'read',
      about: 'named store',
      handle: (request, context) => {
        const missing = missingPart(request, '');
        if (missing !== undefined) throw missing;
        const answer = checks.check(context.tenant, request, checkContext(request, context));
        return answer instanceof Promise ? answer.then(checkResponse) : checkResponse(answer);
      },
    } satisfies Method<CheckRequest, object>,
    BatchCheck: {
      level: 'read',
      about: 'named store',
      handle: (request, context) => {
        const answer = checks.batchCheck(context.tenant, request.items, checkContext(request, context));
        const respond = (batch: BatchAnswer): object =>
          batches.of(batch.answers, batch.zookie) ?? batchResponse(batch, request.items);
        return answer instanceof Promise ? answer.then(respond) : respond(answer);
      },
    } satisfies Method<BatchCheckRequest, object>,
    ...writeMethods(writes),
    Read: {
      level: 'read',
      about: 'named store',
      handle: async (request, { tenant, deadline }) => {
        const page = await reads.read(tenant, {
          filter: parseTupleFilter(request.filter ?? NO_FILTER, 'filter'),
          consistency: toConsistency(request.consistency),
          pageSize: request.pageSize,
          pageToken: request.pageToken,
          deadline,
        });
        return { ...page, tuples: page.tuples.map(fromTuple) };
      },
    } satisfies Method<ReadRequest, object>,
  };
}

function checkContext(request: CheckRequest | BatchCheckRequest, { deadline }: CallContext) {
  return {
    consistency: toConsistency(request.consistency),
    contextualTuples: toContextualTuples(request.contextualTuples),
    context: toContext(request.context, 'context'),
    deadline,
  };
}

function batchResponse({ answers, missing, zookie }: BatchAnswer, items: readonly WireParts[]): object {
  return { results: answers.map((answer, i) => batchResult(answer, items[i], i, missing?.get(i))), zookie };
}

function batchResult(
  answer: Answer | PembaError,
  item: WireParts | undefined,
  i: number,
  missing: readonly string[] | undefined,
): object {
  if (!(answer instanceof PembaError)) return { answer: toWireAnswer(answer), missing: missing ?? [] };
  const isForm = answer.reason === 'MALFORMED_REFERENCE' && item !== undefined;
  const error = (isForm ? missingPart(item, `items[${i}].`) : undefined) ?? answer;
  const { code, reason, message, field } = error;
  return {
    error: {
      code: STATUS_OF[code],
      reason,
      message: shortened(message, MAX_ITEM_MESSAGE),
      field: shortenedField(field ?? ''),
    },
  };
}
