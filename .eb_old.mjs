import{createRequire}from'module';const require=createRequire('/work/main/x.js');
var __defProp = Object.defineProperty;
var __getOwnPropNames = Object.getOwnPropertyNames;
var __esm = (fn, res, err) => function __init() {
  if (err) throw err[0];
  try {
    return fn && (res = (0, fn[__getOwnPropNames(fn)[0]])(fn = 0)), res;
  } catch (e) {
    throw err = [e], e;
  }
};
var __export = (target, all) => {
  for (var name in all)
    __defProp(target, name, { get: all[name], enumerable: true });
};

// ../../tmp/old/src/base/errors.ts
function asPembaError(error) {
  if (error instanceof PembaError) return error;
  return new PembaError("INTERNAL", "internal error; the log of the server says more", { cause: error });
}
var REASONS, PembaError;
var init_errors = __esm({
  "../../tmp/old/src/base/errors.ts"() {
    REASONS = {
      // what the caller sent does not make sense by itself
      MALFORMED_REFERENCE: "INVALID_ARGUMENT",
      MALFORMED_UTF8: "INVALID_ARGUMENT",
      MALFORMED_REQUEST: "INVALID_ARGUMENT",
      MISSING_FIELD: "INVALID_ARGUMENT",
      DUPLICATE_UPDATE: "INVALID_ARGUMENT",
      ZOOKIE_MALFORMED: "INVALID_ARGUMENT",
      ZOOKIE_FORGED: "INVALID_ARGUMENT",
      PAGE_TOKEN_INVALID: "INVALID_ARGUMENT",
      SCHEMA_INVALID: "INVALID_ARGUMENT",
      CONFIG_INVALID: "INVALID_ARGUMENT",
      // what the caller sent does not fit what is stored
      UNKNOWN_STORE: "NOT_FOUND",
      UNKNOWN_CREDENTIAL_ID: "NOT_FOUND",
      STORE_EXISTS: "ALREADY_EXISTS",
      TUPLE_EXISTS: "ALREADY_EXISTS",
      NO_SCHEMA: "FAILED_PRECONDITION",
      UNKNOWN_TYPE: "FAILED_PRECONDITION",
      UNKNOWN_RELATION: "FAILED_PRECONDITION",
      RELATION_NOT_WRITABLE: "FAILED_PRECONDITION",
      SUBJECT_NOT_ALLOWED: "FAILED_PRECONDITION",
      PRECONDITION_FAILED: "FAILED_PRECONDITION",
      IDEMPOTENCY_KEY_REUSED: "FAILED_PRECONDITION",
      SCHEMA_IN_USE: "FAILED_PRECONDITION",
      STORE_PROTECTED: "FAILED_PRECONDITION",
      NEGATION_CYCLE: "FAILED_PRECONDITION",
      ZOOKIE_OTHER_STORE: "FAILED_PRECONDITION",
      ZOOKIE_LOST_HISTORY: "FAILED_PRECONDITION",
      ZOOKIE_TOO_OLD: "OUT_OF_RANGE",
      // who is calling
      CREDENTIAL_MISSING: "UNAUTHENTICATED",
      CREDENTIAL_UNKNOWN: "UNAUTHENTICATED",
      CREDENTIAL_EXPIRED: "UNAUTHENTICATED",
      CREDENTIAL_REVOKED: "UNAUTHENTICATED",
      CREDENTIAL_WRONG_STORE: "PERMISSION_DENIED",
      CREDENTIAL_LEVEL: "PERMISSION_DENIED",
      // a bound was reached; the message names it
      LIMIT: "RESOURCE_EXHAUSTED",
      // the service cannot answer now; trying again may help
      ZOOKIE_NOT_YET_KNOWN: "UNAVAILABLE",
      STALE: "UNAVAILABLE",
      NOT_READY: "UNAVAILABLE",
      SHUTTING_DOWN: "UNAVAILABLE",
      DATABASE_UNAVAILABLE: "UNAVAILABLE",
      DATABASE_UNSUITABLE: "UNAVAILABLE",
      WRITE_NOT_COMMITTED: "UNAVAILABLE",
      WRITE_OUTCOME_UNKNOWN: "UNAVAILABLE",
      DEADLINE: "DEADLINE_EXCEEDED",
      CANCELLED: "CANCELLED",
      // starting the process
      PORT_TAKEN: "UNAVAILABLE",
      DATA_DIRECTORY_IN_USE: "FAILED_PRECONDITION",
      FILE_UNREADABLE: "NOT_FOUND",
      INTERNAL: "INTERNAL"
    };
    PembaError = class extends Error {
      reason;
      code;
      field;
      constructor(reason, message2, details = {}) {
        super(message2, details.cause === void 0 ? void 0 : { cause: details.cause });
        this.name = "PembaError";
        this.reason = reason;
        this.code = REASONS[reason];
        this.field = details.field;
      }
    };
  }
});

// ../../tmp/old/src/model/reference.ts
function isName(name) {
  return name.length <= MAX_NAME_LENGTH && NAME.test(name);
}
function malformed(field, text, what) {
  return new PembaError("MALFORMED_REFERENCE", `${field} ${quoted(text)}: ${what}`, { field });
}
function quoted(text) {
  return text.length <= 80 ? `\`${text}\`` : `\`${text.slice(0, 77)}\u2026\` (${text.length} characters)`;
}
function checkName(name, kind, field, text) {
  if (name === "") throw malformed(field, text, `the ${kind} is empty`);
  if (isName(name)) return;
  if (name.length > MAX_NAME_LENGTH) {
    throw malformed(field, text, `the ${kind} has ${name.length} characters; at most ${MAX_NAME_LENGTH} are allowed`);
  }
  throw malformed(
    field,
    text,
    `${kind} ${quoted(name)} is not a name; names are letters, digits and \`_\`, in segments joined by \`-\` or \`/\``
  );
}
function checkId(id, field, text) {
  if (id === "") throw malformed(field, text, "the id is empty; write `type:id`");
  if (id.length * 3 > MAX_ID_BYTES) {
    const bytes = Buffer.byteLength(id);
    if (bytes > MAX_ID_BYTES) {
      throw malformed(field, text, `the id has ${bytes} bytes; at most ${MAX_ID_BYTES} are allowed`);
    }
  }
  const bad = NOT_IN_ID.exec(id);
  if (bad !== null) {
    const point = id.codePointAt(bad.index).toString(16).toUpperCase().padStart(4, "0");
    throw malformed(field, text, `the id holds U+${point}; ids have no white space, control characters or \`#\``);
  }
}
function splitTypeAndId(text, field, end = text.length) {
  const colon = text.indexOf(":");
  if (colon < 0 || colon > end) throw malformed(field, text, "there is no `:`; write `type:id`");
  return { type: text.slice(0, colon), id: text.slice(colon + 1, end) };
}
function parseObject(text, field) {
  const ref = splitTypeAndId(text, field);
  checkName(ref.type, "type", field, text);
  checkId(ref.id, field, text);
  if (ref.id === WILDCARD) throw malformed(field, text, "a wildcard can only be a subject");
  return ref;
}
function parseSubject(text, field) {
  const hash = text.indexOf("#");
  const { type, id } = splitTypeAndId(text, field, hash < 0 ? text.length : hash);
  checkName(type, "type", field, text);
  checkId(id, field, text);
  if (hash < 0) return { type, id, relation: NO_RELATION };
  const relation = text.slice(hash + 1);
  checkName(relation, "relation", field, text);
  if (id === WILDCARD) throw malformed(field, text, "a wildcard has no relation; write `type:*`");
  return { type, id, relation };
}
function parseRelation(text, field) {
  checkName(text, "relation", field, text);
  return text;
}
var MAX_ID_BYTES, MAX_NAME_LENGTH, WILDCARD, NO_RELATION, NAME, NOT_IN_ID;
var init_reference = __esm({
  "../../tmp/old/src/model/reference.ts"() {
    init_errors();
    MAX_ID_BYTES = 1024;
    MAX_NAME_LENGTH = 128;
    WILDCARD = "*";
    NO_RELATION = "";
    NAME = /^[A-Za-z_][A-Za-z0-9_]*(?:[-/][A-Za-z_][A-Za-z0-9_]*)*$/;
    NOT_IN_ID = // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
    /[#\s\u0000-\u001f\u007f-\u009f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064\ufeff]|\p{Surrogate}/u;
  }
});

// ../../tmp/old/src/base/assert.ts
function must(value, what) {
  if (value === null || value === void 0) {
    throw new PembaError("INTERNAL", `assertion failed: ${what} is missing`);
  }
  return value;
}
function unreachable(value) {
  throw new PembaError("INTERNAL", `assertion failed: unreachable value ${JSON.stringify(value)}`);
}
var init_assert = __esm({
  "../../tmp/old/src/base/assert.ts"() {
    init_errors();
  }
});

// ../../tmp/old/src/base/nearest.ts
function distance(a, b, most) {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let beforeLast = [];
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, beforeLast[j - 2] + 1);
      }
      row.push(best);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length];
}
function nearest(name, candidates) {
  const most = Math.max(1, Math.floor(name.length / 3));
  let best;
  let bestDistance = most + 1;
  for (const candidate of candidates) {
    const d = distance(name.toLowerCase(), candidate.toLowerCase(), most);
    if (d < bestDistance) {
      best = candidate;
      bestDistance = d;
    }
  }
  return best;
}
function didYouMean(name, candidates) {
  const best = nearest(name, candidates);
  return best === void 0 ? "" : `; did you mean \`${best}\`?`;
}
var init_nearest = __esm({
  "../../tmp/old/src/base/nearest.ts"() {
  }
});

// ../../tmp/old/src/schema/language/generated/ast.ts
import * as langium from "langium";
function isArrow(item) {
  return reflection.isInstance(item, Arrow.$type);
}
function isChain(item) {
  return reflection.isInstance(item, Chain.$type);
}
function isCondition(item) {
  return reflection.isInstance(item, Condition.$type);
}
function isDeclaration(item) {
  return reflection.isInstance(item, Declaration.$type);
}
function isDirect(item) {
  return reflection.isInstance(item, Direct.$type);
}
function isEvery(item) {
  return reflection.isInstance(item, Every.$type);
}
function isExpiry(item) {
  return reflection.isInstance(item, Expiry.$type);
}
function isGrantedBy(item) {
  return reflection.isInstance(item, GrantedBy.$type);
}
function isImport(item) {
  return reflection.isInstance(item, Import.$type);
}
function isLadder(item) {
  return reflection.isInstance(item, Ladder.$type);
}
function isLifecycle(item) {
  return reflection.isInstance(item, Lifecycle.$type);
}
function isMember(item) {
  return reflection.isInstance(item, Member.$type);
}
function isMultiplicity(item) {
  return reflection.isInstance(item, Multiplicity.$type);
}
function isNameExpression(item) {
  return reflection.isInstance(item, NameExpression.$type);
}
function isNobody(item) {
  return reflection.isInstance(item, Nobody.$type);
}
function isPermission(item) {
  return reflection.isInstance(item, Permission.$type);
}
function isRelation(item) {
  return reflection.isInstance(item, Relation.$type);
}
function isRequire(item) {
  return reflection.isInstance(item, Require.$type);
}
function isRevokedBy(item) {
  return reflection.isInstance(item, RevokedBy.$type);
}
function isRung(item) {
  return reflection.isInstance(item, Rung.$type);
}
function isSchemaFile(item) {
  return reflection.isInstance(item, SchemaFile.$type);
}
function isSchemaLine(item) {
  return reflection.isInstance(item, SchemaLine.$type);
}
function isSetOf(item) {
  return reflection.isInstance(item, SetOf.$type);
}
function isSubject(item) {
  return reflection.isInstance(item, Subject.$type);
}
function isSubjectPath(item) {
  return reflection.isInstance(item, SubjectPath.$type);
}
function isTypeDeclaration(item) {
  return reflection.isInstance(item, TypeDeclaration.$type);
}
function isTypeExtension(item) {
  return reflection.isInstance(item, TypeExtension.$type);
}
var Arrow, Chain, Condition, ContainsRule, Declaration, Direct, Every, ExcludesRule, Expiry, Expression, GrantedBy, Import, Ladder, Lifecycle, Member, Multiplicity, NamedMember, NameExpression, Nobody, OneOfRule, Parameter, ParameterType, Parentheses, Permission, Relation, Require, RevokedBy, Rule, Rung, SchemaFile, SchemaLine, Self, SetOf, Subject, SubjectPath, TypeDeclaration, TypeExtension, UniqueRule, PembaAstReflection, reflection;
var init_ast = __esm({
  "../../tmp/old/src/schema/language/generated/ast.ts"() {
    Arrow = {
      $type: "Arrow",
      relation: "relation",
      targets: "targets"
    };
    Chain = {
      $type: "Chain",
      operands: "operands",
      operators: "operators"
    };
    Condition = {
      $type: "Condition",
      body: "body",
      name: "name",
      parameters: "parameters"
    };
    ContainsRule = {
      $type: "ContainsRule",
      contained: "contained",
      relation: "relation",
      targets: "targets"
    };
    Declaration = {
      $type: "Declaration"
    };
    Direct = {
      $type: "Direct"
    };
    Every = {
      $type: "Every",
      relation: "relation",
      targets: "targets"
    };
    ExcludesRule = {
      $type: "ExcludesRule",
      left: "left",
      right: "right"
    };
    Expiry = {
      $type: "Expiry",
      mandatory: "mandatory",
      within: "within"
    };
    Expression = {
      $type: "Expression"
    };
    GrantedBy = {
      $type: "GrantedBy",
      expression: "expression"
    };
    Import = {
      $type: "Import",
      path: "path"
    };
    Ladder = {
      $type: "Ladder",
      grantedBy: "grantedBy",
      revokedBy: "revokedBy",
      rungs: "rungs",
      subjects: "subjects"
    };
    Lifecycle = {
      $type: "Lifecycle",
      event: "event",
      expression: "expression"
    };
    Member = {
      $type: "Member"
    };
    Multiplicity = {
      $type: "Multiplicity",
      max: "max",
      min: "min",
      range: "range"
    };
    NamedMember = {
      $type: "NamedMember"
    };
    NameExpression = {
      $type: "NameExpression",
      members: "members"
    };
    Nobody = {
      $type: "Nobody"
    };
    OneOfRule = {
      $type: "OneOfRule",
      members: "members"
    };
    Parameter = {
      $type: "Parameter",
      name: "name",
      type: "type"
    };
    ParameterType = {
      $type: "ParameterType",
      arguments: "arguments",
      name: "name"
    };
    Parentheses = {
      $type: "Parentheses",
      expression: "expression"
    };
    Permission = {
      $type: "Permission",
      expression: "expression",
      name: "name"
    };
    Relation = {
      $type: "Relation",
      expression: "expression",
      grantedBy: "grantedBy",
      multiplicities: "multiplicities",
      name: "name",
      revokedBy: "revokedBy",
      subjects: "subjects",
      unique: "unique"
    };
    Require = {
      $type: "Require",
      rule: "rule"
    };
    RevokedBy = {
      $type: "RevokedBy",
      expression: "expression"
    };
    Rule = {
      $type: "Rule"
    };
    Rung = {
      $type: "Rung",
      grantedBy: "grantedBy",
      multiplicity: "multiplicity",
      name: "name",
      revokedBy: "revokedBy"
    };
    SchemaFile = {
      $type: "SchemaFile",
      declarations: "declarations"
    };
    SchemaLine = {
      $type: "SchemaLine",
      name: "name"
    };
    Self = {
      $type: "Self"
    };
    SetOf = {
      $type: "SetOf",
      name: "name",
      set: "set"
    };
    Subject = {
      $type: "Subject",
      condition: "condition",
      expiry: "expiry",
      relation: "relation",
      type: "type",
      wildcard: "wildcard"
    };
    SubjectPath = {
      $type: "SubjectPath",
      targets: "targets"
    };
    TypeDeclaration = {
      $type: "TypeDeclaration",
      members: "members",
      name: "name"
    };
    TypeExtension = {
      $type: "TypeExtension",
      members: "members",
      type: "type"
    };
    UniqueRule = {
      $type: "UniqueRule",
      members: "members"
    };
    PembaAstReflection = class extends langium.AbstractAstReflection {
      types = {
        Arrow: {
          name: Arrow.$type,
          properties: {
            relation: {
              name: Arrow.relation
            },
            targets: {
              name: Arrow.targets,
              referenceType: NamedMember.$type
            }
          },
          superTypes: [Expression.$type]
        },
        Chain: {
          name: Chain.$type,
          properties: {
            operands: {
              name: Chain.operands,
              defaultValue: []
            },
            operators: {
              name: Chain.operators,
              defaultValue: []
            }
          },
          superTypes: [Expression.$type]
        },
        Condition: {
          name: Condition.$type,
          properties: {
            body: {
              name: Condition.body
            },
            name: {
              name: Condition.name
            },
            parameters: {
              name: Condition.parameters,
              defaultValue: []
            }
          },
          superTypes: [Declaration.$type]
        },
        ContainsRule: {
          name: ContainsRule.$type,
          properties: {
            contained: {
              name: ContainsRule.contained,
              referenceType: NamedMember.$type
            },
            relation: {
              name: ContainsRule.relation,
              referenceType: NamedMember.$type
            },
            targets: {
              name: ContainsRule.targets,
              referenceType: NamedMember.$type
            }
          },
          superTypes: [Rule.$type]
        },
        Declaration: {
          name: Declaration.$type,
          properties: {},
          superTypes: []
        },
        Direct: {
          name: Direct.$type,
          properties: {},
          superTypes: [Expression.$type]
        },
        Every: {
          name: Every.$type,
          properties: {
            relation: {
              name: Every.relation
            },
            targets: {
              name: Every.targets,
              referenceType: NamedMember.$type
            }
          },
          superTypes: [Expression.$type]
        },
        ExcludesRule: {
          name: ExcludesRule.$type,
          properties: {
            left: {
              name: ExcludesRule.left,
              referenceType: NamedMember.$type
            },
            right: {
              name: ExcludesRule.right,
              referenceType: NamedMember.$type
            }
          },
          superTypes: [Rule.$type]
        },
        Expiry: {
          name: Expiry.$type,
          properties: {
            mandatory: {
              name: Expiry.mandatory,
              defaultValue: false
            },
            within: {
              name: Expiry.within
            }
          },
          superTypes: []
        },
        Expression: {
          name: Expression.$type,
          properties: {},
          superTypes: []
        },
        GrantedBy: {
          name: GrantedBy.$type,
          properties: {
            expression: {
              name: GrantedBy.expression
            }
          },
          superTypes: []
        },
        Import: {
          name: Import.$type,
          properties: {
            path: {
              name: Import.path
            }
          },
          superTypes: [Declaration.$type]
        },
        Ladder: {
          name: Ladder.$type,
          properties: {
            grantedBy: {
              name: Ladder.grantedBy
            },
            revokedBy: {
              name: Ladder.revokedBy
            },
            rungs: {
              name: Ladder.rungs,
              defaultValue: []
            },
            subjects: {
              name: Ladder.subjects,
              defaultValue: []
            }
          },
          superTypes: [Member.$type]
        },
        Lifecycle: {
          name: Lifecycle.$type,
          properties: {
            event: {
              name: Lifecycle.event
            },
            expression: {
              name: Lifecycle.expression
            }
          },
          superTypes: [Member.$type]
        },
        Member: {
          name: Member.$type,
          properties: {},
          superTypes: []
        },
        Multiplicity: {
          name: Multiplicity.$type,
          properties: {
            max: {
              name: Multiplicity.max
            },
            min: {
              name: Multiplicity.min
            },
            range: {
              name: Multiplicity.range,
              defaultValue: false
            }
          },
          superTypes: []
        },
        NameExpression: {
          name: NameExpression.$type,
          properties: {
            members: {
              name: NameExpression.members,
              referenceType: NamedMember.$type
            }
          },
          superTypes: [Expression.$type]
        },
        NamedMember: {
          name: NamedMember.$type,
          properties: {},
          superTypes: []
        },
        Nobody: {
          name: Nobody.$type,
          properties: {},
          superTypes: [Expression.$type]
        },
        OneOfRule: {
          name: OneOfRule.$type,
          properties: {
            members: {
              name: OneOfRule.members,
              defaultValue: [],
              referenceType: NamedMember.$type
            }
          },
          superTypes: [Rule.$type]
        },
        Parameter: {
          name: Parameter.$type,
          properties: {
            name: {
              name: Parameter.name
            },
            type: {
              name: Parameter.type
            }
          },
          superTypes: []
        },
        ParameterType: {
          name: ParameterType.$type,
          properties: {
            arguments: {
              name: ParameterType.arguments,
              defaultValue: []
            },
            name: {
              name: ParameterType.name
            }
          },
          superTypes: []
        },
        Parentheses: {
          name: Parentheses.$type,
          properties: {
            expression: {
              name: Parentheses.expression
            }
          },
          superTypes: [Expression.$type]
        },
        Permission: {
          name: Permission.$type,
          properties: {
            expression: {
              name: Permission.expression
            },
            name: {
              name: Permission.name
            }
          },
          superTypes: [Member.$type, NamedMember.$type]
        },
        Relation: {
          name: Relation.$type,
          properties: {
            expression: {
              name: Relation.expression
            },
            grantedBy: {
              name: Relation.grantedBy
            },
            multiplicities: {
              name: Relation.multiplicities,
              defaultValue: []
            },
            name: {
              name: Relation.name
            },
            revokedBy: {
              name: Relation.revokedBy
            },
            subjects: {
              name: Relation.subjects,
              defaultValue: []
            },
            unique: {
              name: Relation.unique,
              defaultValue: false
            }
          },
          superTypes: [Member.$type, NamedMember.$type]
        },
        Require: {
          name: Require.$type,
          properties: {
            rule: {
              name: Require.rule
            }
          },
          superTypes: [Member.$type]
        },
        RevokedBy: {
          name: RevokedBy.$type,
          properties: {
            expression: {
              name: RevokedBy.expression
            }
          },
          superTypes: []
        },
        Rule: {
          name: Rule.$type,
          properties: {},
          superTypes: []
        },
        Rung: {
          name: Rung.$type,
          properties: {
            grantedBy: {
              name: Rung.grantedBy
            },
            multiplicity: {
              name: Rung.multiplicity
            },
            name: {
              name: Rung.name
            },
            revokedBy: {
              name: Rung.revokedBy
            }
          },
          superTypes: [NamedMember.$type]
        },
        SchemaFile: {
          name: SchemaFile.$type,
          properties: {
            declarations: {
              name: SchemaFile.declarations,
              defaultValue: []
            }
          },
          superTypes: []
        },
        SchemaLine: {
          name: SchemaLine.$type,
          properties: {
            name: {
              name: SchemaLine.name
            }
          },
          superTypes: [Declaration.$type]
        },
        Self: {
          name: Self.$type,
          properties: {},
          superTypes: [Expression.$type]
        },
        SetOf: {
          name: SetOf.$type,
          properties: {
            name: {
              name: SetOf.name
            },
            set: {
              name: SetOf.set
            }
          },
          superTypes: [Expression.$type]
        },
        Subject: {
          name: Subject.$type,
          properties: {
            condition: {
              name: Subject.condition,
              referenceType: Condition.$type
            },
            expiry: {
              name: Subject.expiry
            },
            relation: {
              name: Subject.relation,
              referenceType: NamedMember.$type
            },
            type: {
              name: Subject.type,
              referenceType: TypeDeclaration.$type
            },
            wildcard: {
              name: Subject.wildcard,
              defaultValue: false
            }
          },
          superTypes: []
        },
        SubjectPath: {
          name: SubjectPath.$type,
          properties: {
            targets: {
              name: SubjectPath.targets,
              referenceType: NamedMember.$type
            }
          },
          superTypes: [Expression.$type]
        },
        TypeDeclaration: {
          name: TypeDeclaration.$type,
          properties: {
            members: {
              name: TypeDeclaration.members,
              defaultValue: []
            },
            name: {
              name: TypeDeclaration.name
            }
          },
          superTypes: [Declaration.$type]
        },
        TypeExtension: {
          name: TypeExtension.$type,
          properties: {
            members: {
              name: TypeExtension.members,
              defaultValue: []
            },
            type: {
              name: TypeExtension.type,
              referenceType: TypeDeclaration.$type
            }
          },
          superTypes: [Declaration.$type]
        },
        UniqueRule: {
          name: UniqueRule.$type,
          properties: {
            members: {
              name: UniqueRule.members,
              defaultValue: [],
              referenceType: NamedMember.$type
            }
          },
          superTypes: [Rule.$type]
        }
      };
    };
    reflection = new PembaAstReflection();
  }
});

// ../../tmp/old/src/schema/language/members.ts
function declaredTypes(file) {
  return file.declarations.filter(isTypeDeclaration);
}
function declaredMembers(type) {
  return type.members.flatMap((member) => {
    if (isLadder(member)) return member.rungs;
    return isRelation(member) || isPermission(member) ? [member] : [];
  });
}
function typesByName(file) {
  return cached(typesOfFile, file, () => byName(declaredTypes(file)));
}
function membersByName(type) {
  return cached(membersOfType, type, () => byName(declaredMembers(type)));
}
function memberOf(expression) {
  return expression?.members?.items[0]?.ref;
}
function subjectsOf(member) {
  if (isPermission(member)) return [];
  return isRelation(member) ? member.subjects : member.$container.subjects;
}
function typeOf(member) {
  const container = isRung(member) ? member.$container.$container : member.$container;
  return isTypeDeclaration(container) ? container : container.type?.ref;
}
function subjectTypesOf(member) {
  const types = subjectsOf(member).map((subject) => subject.type?.ref);
  return [...new Set(types.filter((type) => type !== void 0))];
}
function byName(declarations) {
  const names = /* @__PURE__ */ new Map();
  for (const declaration of declarations) {
    if (declaration.name !== void 0 && !names.has(declaration.name)) names.set(declaration.name, declaration);
  }
  return names;
}
function cached(cache, key, compute) {
  const known = cache.get(key);
  if (known !== void 0) return known;
  const value = compute();
  cache.set(key, value);
  return value;
}
var typesOfFile, membersOfType;
var init_members = __esm({
  "../../tmp/old/src/schema/language/members.ts"() {
    init_ast();
    typesOfFile = /* @__PURE__ */ new WeakMap();
    membersOfType = /* @__PURE__ */ new WeakMap();
  }
});

// ../../tmp/old/src/schema/language/name-node.ts
import { GrammarUtils } from "langium";
function propertyNode(node, property, index) {
  return GrammarUtils.findNodeForProperty(node.$cstNode, property, index);
}
function nameNode(declaration) {
  return propertyNode(declaration, "name");
}
var init_name_node = __esm({
  "../../tmp/old/src/schema/language/name-node.ts"() {
  }
});

// ../../tmp/old/src/schema/check/duplicates.ts
function checkDuplicates({ tree }, report) {
  const types = declaredTypes(tree);
  for (const [type, first] of repeated(types)) {
    const message2 = `type ${quoted(type.name)} is already declared on ${lineOf(first)}; rename or remove one of them`;
    report.error(nameNode(type), "duplicate-type", message2);
  }
  for (const type of types) {
    for (const [member, first] of repeated(declaredMembers(type))) {
      const what = `${quoted(member.name)} is already declared in type ${quoted(type.name)}`;
      const message2 = `${what} on ${lineOf(first)}; rename or remove one of them`;
      report.error(nameNode(member), "duplicate-member", message2);
    }
  }
}
function repeated(declarations) {
  const first = /* @__PURE__ */ new Map();
  const pairs = [];
  for (const declaration of declarations) {
    if (declaration.name === void 0) continue;
    const earlier = first.get(declaration.name);
    if (earlier === void 0) first.set(declaration.name, declaration);
    else pairs.push([declaration, earlier]);
  }
  return pairs;
}
function lineOf(declaration) {
  return `line ${(nameNode(declaration)?.range.start.line ?? 0) + 1}`;
}
var init_duplicates = __esm({
  "../../tmp/old/src/schema/check/duplicates.ts"() {
    init_reference();
    init_members();
    init_name_node();
  }
});

// ../../tmp/old/src/schema/language/not-supported.ts
import { AstUtils, CstUtils, GrammarUtils as GrammarUtils2 } from "langium";
function* supportedNodes(node) {
  if (wordsOfNode(node) !== void 0) return;
  yield node;
  for (const child of AstUtils.streamContents(node)) yield* supportedNodes(child);
}
function* notSupported(node) {
  const words = wordsOfNode(node);
  if (words !== void 0) {
    yield { words, where: firstWord(node, isSetOf(node) ? "of" : void 0) };
    return;
  }
  yield* notSupportedParts(node);
  for (const child of AstUtils.streamContents(node)) yield* notSupported(child);
}
function hasDeclarationsElsewhere(file) {
  return file.declarations.some((declaration) => isImport(declaration) || isTypeExtension(declaration));
}
function wordsOfNode(node) {
  if (isImport(node)) return "import";
  if (isTypeExtension(node)) return "extend";
  if (isCondition(node)) return "condition";
  if (isMultiplicity(node)) return node.$cstNode?.text ?? "[";
  if (isGrantedBy(node)) return "granted by";
  if (isRevokedBy(node)) return "revoked by";
  if (isLifecycle(node)) return `${node.event} by`;
  if (isRequire(node)) return "require";
  if (isExpiry(node)) return node.mandatory ? "must expire" : "expires";
  if (isSetOf(node)) return "of";
  return void 0;
}
function* notSupportedParts(node) {
  if (isRelation(node) && node.unique) yield { words: "unique", where: firstWord(node, "unique") };
  if (isSubject(node) && node.condition !== void 0) yield { words: "with", where: firstWord(node, "with") };
}
function firstWord(node, keyword) {
  if (keyword !== void 0) return GrammarUtils2.findNodeForKeyword(node.$cstNode, keyword);
  if (isMultiplicity(node) || node.$cstNode === void 0) return node.$cstNode;
  return CstUtils.flattenCst(node.$cstNode).find((leaf) => !leaf.hidden);
}
var init_not_supported = __esm({
  "../../tmp/old/src/schema/language/not-supported.ts"() {
    init_ast();
  }
});

// ../../tmp/old/src/schema/check/expressions.ts
import { AstUtils as AstUtils2 } from "langium";
function checkExpressions({ tree }, report) {
  for (const node of supportedNodes(tree)) {
    if (isDirect(node)) checkDirect(node, report);
    if (isArrow(node) || isEvery(node)) checkFollowed(node, report);
    if (isSubjectPath(node)) {
      const message2 = "`subject` is known in `granted by` and `revoked by` only; name a relation of this type";
      report.error(node.$cstNode, "subject-outside-clause", message2);
    }
  }
}
function checkDirect(node, report) {
  if (AstUtils2.getContainerOfType(node, isPermission) === void 0) return;
  const message2 = "`direct` cannot stand in a permission, which stores no tuples; name a relation instead";
  report.error(node.$cstNode, "direct-in-permission", message2);
}
function checkFollowed(node, report) {
  const relation = memberOf(node.relation);
  if (relation === void 0) return;
  const where = node.relation.$cstNode;
  const name = quoted(relation.name);
  const mark = isArrow(node) ? "an arrow" : "`every`";
  if (isPermission(relation)) {
    const message2 = `${name} is a permission and stores no tuples, and ${mark} goes over tuples; write a relation`;
    report.error(where, "not-a-relation", message2);
  }
  const wildcard = subjectsOf(relation).find((subject) => subject.wildcard);
  if (wildcard !== void 0) {
    const what = `${name} admits ${quoted(`${wildcard.type.$refText}:*`)}, which ${mark} cannot follow`;
    report.error(where, "wildcard-behind-arrow", `${what}; move the wildcard to a relation of its own`);
  }
}
var init_expressions = __esm({
  "../../tmp/old/src/schema/check/expressions.ts"() {
    init_reference();
    init_ast();
    init_members();
    init_not_supported();
  }
});

// ../../tmp/old/src/schema/parsed-schema.ts
function isIntact(damage) {
  return damage.lines.size === 0;
}
function isDamaged(node, damage) {
  const range = node.$cstNode?.range;
  if (range === void 0) return true;
  for (let line = range.start.line; line <= range.end.line; line++) {
    if (damage.lines.has(line)) return true;
  }
  return false;
}
var init_parsed_schema = __esm({
  "../../tmp/old/src/schema/parsed-schema.ts"() {
  }
});

// ../../tmp/old/src/schema/check/file.ts
function checkFile({ tree, damage }, report) {
  for (const line of tree.declarations.slice(1).filter(isSchemaLine)) {
    const isSecond = isSchemaLine(tree.declarations[0]);
    const message2 = isSecond ? "there is a `schema` line already; remove one of them" : "the `schema` line stands behind other declarations; move it to the top of the file";
    report.error(line.$cstNode, "misplaced-schema-line", message2);
  }
  if (declaredTypes(tree).length === 0 && isIntact(damage) && !hasDeclarationsElsewhere(tree)) {
    report.error(void 0, "empty-schema", "the schema declares no type; write at least one, such as `type user`");
  }
}
var init_file = __esm({
  "../../tmp/old/src/schema/check/file.ts"() {
    init_ast();
    init_members();
    init_not_supported();
    init_parsed_schema();
  }
});

// ../../tmp/old/src/schema/check/dependencies.ts
function dependenciesOf(file) {
  return declaredTypes(file).flatMap(declaredMembers).flatMap(dependenciesOfMember);
}
function dependenciesOfMember(member) {
  if (isPermission(member)) return [...inExpression(member, member.expression, void 0)];
  if (!isRelation(member)) return [...inRung(member)];
  if (member.expression === void 0) return [...inDirect(member, void 0)];
  return [...inExpression(member, member.expression, void 0)];
}
function* inRung(rung) {
  yield* inDirect(rung, void 0);
  const above = rung.$container.rungs[must(rung.$containerIndex, "the index of a rung") - 1];
  if (above !== void 0) {
    yield { from: rung, to: above, where: void 0, negatedBy: void 0, isOnSameObject: true };
  }
}
function* inDirect(from, negatedBy) {
  for (const { relation } of subjectsOf(from)) {
    const to = relation?.ref;
    if (to !== void 0) yield { from, to, where: relation?.$refNode, negatedBy, isOnSameObject: false };
  }
}
function* inExpression(from, expression, negatedBy) {
  switch (expression?.$type) {
    case "Parentheses":
      yield* inExpression(from, expression.expression, negatedBy);
      break;
    case "Chain":
      yield* inChain(from, expression, negatedBy);
      break;
    case "Direct":
      yield* inDirect(from, negatedBy);
      break;
    case "NameExpression":
      yield* inName(from, expression, negatedBy);
      break;
    case "Every":
      yield* inName(from, expression.relation, "every");
      yield* inTargets(from, expression, negatedBy);
      break;
    case "Arrow":
      yield* inTargets(from, expression, negatedBy);
      break;
  }
}
function* inChain(from, chain, negatedBy) {
  for (const [i, operand] of chain.operands.entries()) {
    const isRightOfExcept = i > 0 && chain.operators[i - 1] === "except";
    yield* inExpression(from, operand, isRightOfExcept ? "except" : negatedBy);
  }
}
function* inName(from, name, negatedBy) {
  const to = memberOf(name);
  if (to !== void 0) yield { from, to, where: name.$cstNode, negatedBy, isOnSameObject: true };
}
function* inTargets(from, { targets }, negatedBy) {
  for (const { ref: to } of targets?.items ?? []) {
    yield { from, to, where: targets.$refNode, negatedBy, isOnSameObject: false };
  }
}
var init_dependencies = __esm({
  "../../tmp/old/src/schema/check/dependencies.ts"() {
    init_assert();
    init_ast();
    init_members();
  }
});

// ../../tmp/old/src/schema/check/holders.ts
import { AstUtils as AstUtils3 } from "langium";
function isNobodyAtAll(holders) {
  return holders !== "anybody" && holders.size === 0;
}
function holdersOfMember(member, known) {
  if (isPermission(member)) return holdersOf(member, member.expression, known);
  if (!isRelation(member)) return holdersOfRung(member, known);
  return member.expression === void 0 ? stored(member, known) : holdersOf(member, member.expression, known);
}
function holdersOfRung(rung, known) {
  const above = rung.$container.rungs[must(rung.$containerIndex, "the index of a rung") - 1];
  return above === void 0 ? stored(rung, known) : union([stored(rung, known), known(above)]);
}
function stored(member, known) {
  const subjects = subjectsOf(member);
  return subjects.length === 0 ? "anybody" : union(subjects.map((subject) => holdersOfSubject(subject, known)));
}
function holdersOfSubject({ type, relation }, known) {
  if (type?.ref === void 0) return "anybody";
  if (relation === void 0) return /* @__PURE__ */ new Set([type.ref]);
  return relation.ref === void 0 ? "anybody" : known(relation.ref);
}
function holdersOf(member, expression, known) {
  switch (expression?.$type) {
    case "Parentheses":
      return holdersOf(member, expression.expression, known);
    case "Direct":
      return stored(member, known);
    case "Nobody":
      return NOBODY;
    case "Self":
      return /* @__PURE__ */ new Set([must(AstUtils3.getContainerOfType(expression, isTypeDeclaration), "the type around `self`")]);
    case "NameExpression": {
      const named = memberOf(expression);
      return named === void 0 ? "anybody" : known(named);
    }
    case "Arrow":
    case "Every": {
      const targets = expression.targets?.items ?? [];
      return targets.length === 0 ? "anybody" : union(targets.map(({ ref }) => known(ref)));
    }
    case "Chain":
      return holdersOfChain(member, expression, known);
    default:
      return "anybody";
  }
}
function holdersOfChain(member, chain, known) {
  const operands = chain.operands.map((operand) => holdersOf(member, operand, known));
  switch (chain.operators[0]) {
    case "or":
      return union(operands);
    case "and":
      return operands.reduce(intersection);
    default:
      return takesAwayAll(chain) ? NOBODY : operands[0];
  }
}
function takesAwayAll({ operands: [from, without] }) {
  const inner = withoutParentheses(without);
  const parts = inner?.$type === "Chain" && inner.operators.every((operator) => operator === "or") ? inner.operands : [inner];
  return parts.some((part) => textOf(part) === textOf(from));
}
function withoutParentheses(expression) {
  return expression?.$type === "Parentheses" ? withoutParentheses(expression.expression) : expression;
}
function textOf(expression) {
  return withoutParentheses(expression)?.$cstNode?.text;
}
function union(all) {
  if (all.includes("anybody")) return "anybody";
  return new Set(all.flatMap((holders) => [...holders]));
}
function intersection(a, b) {
  if (a === "anybody") return b;
  if (b === "anybody") return a;
  return new Set([...a].filter((type) => b.has(type)));
}
var NOBODY;
var init_holders = __esm({
  "../../tmp/old/src/schema/check/holders.ts"() {
    init_assert();
    init_ast();
    init_members();
    NOBODY = /* @__PURE__ */ new Set();
  }
});

// ../../tmp/old/src/schema/check/holdable.ts
import { AstUtils as AstUtils4 } from "langium";
function checkHoldable({ tree, damage }, report) {
  if (!isIntact(damage) || hasDeclarationsElsewhere(tree)) return;
  for (const [member, holders] of allHolders(tree)) {
    if (!isNobodyAtAll(holders) || saysNobody(member)) continue;
    const message2 = `${quoted(member.name)} can never hold for anybody; write \`nobody\` if that is meant`;
    report.warning(nameNode(member), "never-holds", message2);
  }
}
function allHolders(tree) {
  const dependents = dependentsOf(tree);
  const members = declaredTypes(tree).flatMap(declaredMembers);
  const holders = new Map(members.map((member) => [member, NOBODY]));
  const due = new Set(members);
  for (const member of due) {
    due.delete(member);
    const now = holdersOfMember(member, (name) => holders.get(name) ?? "anybody");
    if (sizeOf(now) === sizeOf(holders.get(member) ?? NOBODY)) continue;
    holders.set(member, now);
    for (const dependent of dependents.get(member) ?? []) due.add(dependent);
  }
  return holders;
}
function sizeOf(holders) {
  return holders === "anybody" ? Number.POSITIVE_INFINITY : holders.size;
}
function dependentsOf(tree) {
  const dependents = /* @__PURE__ */ new Map();
  for (const { from, to } of dependenciesOf(tree)) {
    const known = dependents.get(to);
    if (known === void 0) dependents.set(to, [from]);
    else known.push(from);
  }
  return dependents;
}
function saysNobody(member) {
  if (isRung(member)) return false;
  if (isRelation(member) && member.expression === void 0) return false;
  return AstUtils4.streamAst(member).some(isNobody);
}
var init_holdable = __esm({
  "../../tmp/old/src/schema/check/holdable.ts"() {
    init_reference();
    init_ast();
    init_members();
    init_name_node();
    init_not_supported();
    init_parsed_schema();
    init_dependencies();
    init_holders();
  }
});

// ../../tmp/old/src/schema/language/token.ts
function isWord(token) {
  return token !== void 0 && WORD.test(token.image);
}
var RESERVED_WORDS, WORD;
var init_token = __esm({
  "../../tmp/old/src/schema/language/token.ts"() {
    RESERVED_WORDS = /* @__PURE__ */ new Set([
      "self",
      "direct",
      "nobody",
      "every",
      "subject",
      "of",
      "or",
      "and",
      "except"
    ]);
    WORD = /^[A-Za-z_`]/;
  }
});

// ../../tmp/old/src/schema/check/names.ts
import { AstUtils as AstUtils5 } from "langium";
function checkNames({ tree }, report) {
  for (const node of supportedNodes(tree)) {
    if (declaresName(node)) checkName2(nameNode(node), report);
    for (const { reference } of AstUtils5.streamReferences(node)) {
      if (isReserved(reference.$refNode)) reportReserved(reference.$refNode, report);
    }
  }
}
function declaresName(node) {
  return isSchemaLine(node) || isTypeDeclaration(node) || isRelation(node) || isRung(node) || isPermission(node);
}
function checkName2(node, report) {
  if (node === void 0) return;
  if (isReserved(node)) {
    reportReserved(node, report);
    return;
  }
  const name = node.text.startsWith("`") ? node.text.slice(1, -1) : node.text;
  if (isName(name)) return;
  if (name.length > MAX_NAME_LENGTH) {
    const message2 = `the name ${quoted(name)} is too long; at most ${MAX_NAME_LENGTH} characters are allowed`;
    report.error(node, "name-too-long", message2);
  } else {
    report.error(node, "malformed-name", `${name === "" ? "an empty name" : quoted(name)} is no name; ${RULE}`);
  }
}
function isReserved(node) {
  return node !== void 0 && RESERVED_WORDS.has(node.text);
}
function reportReserved(node, report) {
  const message2 = `${quoted(node?.text ?? "")} is a reserved word; write another name, or put it in backticks`;
  report.error(node, "reserved-word", message2);
}
var RULE;
var init_names = __esm({
  "../../tmp/old/src/schema/check/names.ts"() {
    init_reference();
    init_ast();
    init_name_node();
    init_not_supported();
    init_token();
    RULE = "names are letters, digits and `_`, in segments joined by `-` or `/`, and start with no digit";
  }
});

// ../../tmp/old/src/schema/check/components.ts
function componentsOf(nodes, successorsOf) {
  const component = /* @__PURE__ */ new Map();
  const order = /* @__PURE__ */ new Map();
  const lowest = /* @__PURE__ */ new Map();
  const open = [];
  const walk = [];
  const enter = (node) => {
    lowest.set(node, order.size);
    order.set(node, order.size);
    open.push(node);
    walk.push({ node, successors: successorsOf(node), next: 0 });
  };
  const lower = (node, to) => {
    lowest.set(node, Math.min(lowest.get(node), to));
  };
  const leave = (node) => {
    if (lowest.get(node) !== order.get(node)) return;
    const number = order.get(node);
    let member;
    do {
      member = open.pop();
      component.set(member, number);
    } while (member !== node);
  };
  for (const root of nodes) {
    if (order.has(root)) continue;
    enter(root);
    while (walk.length > 0) {
      const step = walk[walk.length - 1];
      if (step.next === step.successors.length) {
        walk.pop();
        leave(step.node);
        const above = walk.at(-1);
        if (above !== void 0) lower(above.node, lowest.get(step.node));
        continue;
      }
      const successor = step.successors[step.next++];
      if (!order.has(successor)) enter(successor);
      else if (!component.has(successor)) lower(step.node, order.get(successor));
    }
  }
  return component;
}
var init_components = __esm({
  "../../tmp/old/src/schema/check/components.ts"() {
  }
});

// ../../tmp/old/src/schema/check/dependency-graph.ts
function path(cameBy, goal) {
  const steps = [];
  let step = cameBy.get(goal);
  while (step !== void 0) {
    steps.push(step);
    step = cameBy.get(step.from);
  }
  return steps.reverse();
}
var DependencyGraph;
var init_dependency_graph = __esm({
  "../../tmp/old/src/schema/check/dependency-graph.ts"() {
    init_components();
    DependencyGraph = class {
      #from = /* @__PURE__ */ new Map();
      #component;
      constructor(dependencies) {
        for (const dependency of dependencies) {
          const known = this.#from.get(dependency.from);
          if (known === void 0) this.#from.set(dependency.from, [dependency]);
          else known.push(dependency);
        }
        this.#component = componentsOf([...this.#from.keys()], (member) => this.#targets(member));
      }
      /** The number of the knot of recursion that both ends of a dependency are in; undefined if none. */
      knotOf({ from, to }) {
        const knot = this.#component.get(from);
        return this.#component.get(to) === knot ? knot : void 0;
      }
      /**
       * The shortest way from `start` to `goal`, two members of one knot; empty if they are the same.
       */
      shortestPath(start, goal) {
        const cameBy = /* @__PURE__ */ new Map([[start, void 0]]);
        for (const member of cameBy.keys()) {
          if (member === goal) return path(cameBy, goal);
          for (const dependency of this.#from.get(member) ?? []) {
            if (!cameBy.has(dependency.to)) cameBy.set(dependency.to, dependency);
          }
        }
        return [];
      }
      #targets(member) {
        return (this.#from.get(member) ?? []).map(({ to }) => to);
      }
    };
  }
});

// ../../tmp/old/src/schema/check/negation.ts
function checkNegation({ tree }, report) {
  const all = dependenciesOf(tree);
  const onSameObject = all.filter((dependency) => dependency.isOnSameObject);
  const reported = reportCycles(onSameObject, onSameObject, nameOnly, reportError, report);
  const rest = all.filter((dependency) => !reported.has(dependency));
  reportCycles(rest, all, nameWithType, reportWarning, report);
}
function reportCycles(candidates, dependencies, nameOf, reportCycle, report) {
  const graph = new DependencyGraph(dependencies);
  const inKnot = candidates.filter((one) => one.negatedBy !== void 0 && graph.knotOf(one) !== void 0);
  const namedBy = /* @__PURE__ */ new Map();
  let paths = 0;
  for (const negation of inKnot) {
    const named = namedBy.get(negation.from) ?? /* @__PURE__ */ new Set();
    namedBy.set(negation.from, named);
    if (named.has(negation.to)) continue;
    named.add(negation.to);
    const wayBack = paths++ < MOST_PATHS_SEARCHED ? graph.shortestPath(negation.to, negation.from) : void 0;
    reportCycle(negation, cyclePath(negation, wayBack, nameOf), report);
  }
  return new Set(inKnot);
}
function nameOnly(member) {
  return member.name;
}
function nameWithType(member) {
  return `${typeOf(member)?.name}.${member.name}`;
}
function reportError(negation, path2, report) {
  const message2 = `${quoted(negation.from.name)} rests on its own negation: ${path2}`;
  report.error(negation.where, "negation-cycle", `${message2}; name there only what does not lead back`);
}
function reportWarning(negation, path2, report) {
  const message2 = `${quoted(negation.from.name)} can come to rest on its own negation: ${path2}`;
  report.warning(negation.where, "negation-over-objects", `${message2}; a check that does is an error`);
}
function cyclePath(negation, wayBack, nameOf) {
  const start = quoted(nameOf(negation.from));
  const steps = [negation, ...wayBack ?? []].map(({ to, negatedBy }) => {
    return `${negatedBy === void 0 ? "" : `${negatedBy} `}${quoted(nameOf(to))}`;
  });
  if (wayBack === void 0) return [start, ...steps, "\u2026", start].join(" \u2192 ");
  if (steps.length <= MOST_STEPS_SHOWN) return [start, ...steps].join(" \u2192 ");
  return [start, ...steps.slice(0, MOST_STEPS_SHOWN - 1), "\u2026", start].join(" \u2192 ");
}
var MOST_PATHS_SEARCHED, MOST_STEPS_SHOWN;
var init_negation = __esm({
  "../../tmp/old/src/schema/check/negation.ts"() {
    init_reference();
    init_members();
    init_dependencies();
    init_dependency_graph();
    MOST_PATHS_SEARCHED = 100;
    MOST_STEPS_SHOWN = 8;
  }
});

// ../../tmp/old/src/schema/check/operators.ts
function checkOperators({ tree }, report) {
  for (const node of supportedNodes(tree)) {
    if (isChain(node)) checkChain(node, report);
  }
}
function checkChain(chain, report) {
  if (chain.operands.length !== chain.operators.length + 1) return;
  const operators = [...new Set(chain.operators)];
  const operands = chain.operands.map((operand) => operand.$cstNode?.text ?? "\u2026");
  if (operators.length > 1) {
    const [left, right] = [fromLeft(operands, chain.operators), fromRight(operands, chain.operators)];
    const message2 = `${listed(operators)} are mixed without parentheses; write ${left} or ${right}`;
    report.error(chain.$cstNode, "mixed-operators", message2);
  } else if (operators[0] === "except" && chain.operators.length > 1) {
    const [from, ...without] = operands;
    const instead2 = shown(`${from} except (${without.join(" or ")})`);
    report.error(chain.$cstNode, "chained-except", `\`except\` takes two sides only; write ${instead2}`);
  }
}
function listed(operators) {
  const words = operators.map(quoted);
  return `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
function fromLeft(operands, operators) {
  let text = operands[0];
  operators.forEach((operator, i) => {
    if (i > 0 && (operator !== operators[i - 1] || operator === "except")) text = `(${text})`;
    text += ` ${operator} ${operands[i + 1]}`;
  });
  return shown(text);
}
function fromRight(operands, operators) {
  let text = operands[operands.length - 1];
  for (let i = operators.length - 1; i >= 0; i--) {
    const isLast = i === operators.length - 1;
    if (!isLast && (operators[i] !== operators[i + 1] || operators[i] === "except")) text = `(${text})`;
    text = `${operands[i]} ${operators[i]} ${text}`;
  }
  return shown(text);
}
function shown(expression) {
  return quoted(expression.replaceAll(/\/\/.*/g, "").replaceAll(/\s+/g, " "));
}
var init_operators = __esm({
  "../../tmp/old/src/schema/check/operators.ts"() {
    init_ast();
    init_not_supported();
    init_reference();
  }
});

// ../../tmp/old/src/schema/check/read.ts
import { AstUtils as AstUtils6 } from "langium";
function checkRead({ tree, damage }, report) {
  if (!isIntact(damage) || hasDeclarationsElsewhere(tree)) return;
  const { read, unknown } = readNames(tree);
  for (const member of declaredTypes(tree).flatMap(declaredMembers)) {
    if (isPermission(member) || read.has(member) || isReadByNextRung(member)) continue;
    if (unknown.some((name) => nearest(name, [member.name]) !== void 0)) continue;
    const message2 = `nothing reads relation ${quoted(member.name)}; name it in a permission, or remove it`;
    report.warning(nameNode(member), "unread-relation", message2);
  }
}
function readNames(tree) {
  const read = /* @__PURE__ */ new Set();
  const unknown = [];
  for (const { reference } of AstUtils6.streamAst(tree).flatMap(AstUtils6.streamReferences)) {
    if (reference.error !== void 0) unknown.push(reference.$refText);
    const targets = "items" in reference ? reference.items.map(({ ref }) => ref) : [reference.ref];
    for (const target of targets) {
      if (target !== void 0) read.add(target);
    }
  }
  return { read, unknown };
}
function isReadByNextRung(member) {
  return isRung(member) && member !== member.$container.rungs.at(-1);
}
var init_read = __esm({
  "../../tmp/old/src/schema/check/read.ts"() {
    init_nearest();
    init_reference();
    init_ast();
    init_members();
    init_name_node();
    init_not_supported();
    init_parsed_schema();
  }
});

// ../../tmp/old/src/schema/check/subjects.ts
function checkSubjects({ tree, damage }, report) {
  for (const type of declaredTypes(tree)) {
    for (const member of type.members) {
      if (!isRelation(member) && !isLadder(member)) continue;
      if (member.subjects.length === 0 && !isDamaged(member, damage)) reportMissing(member, report);
      reportRepeated(member, report);
      for (const relation of isLadder(member) ? member.rungs : [member]) {
        if (relation.name !== void 0 && relation.name === type.name) {
          const what = `relation ${quoted(relation.name)} repeats the name of its type`;
          report.warning(nameNode(relation), "name-repeats-type", `${what}; name it for what it holds, such as \`parent\``);
        }
      }
    }
  }
}
function reportMissing(member, report) {
  const [first, what] = isLadder(member) ? [member.rungs[0], "the ladder of"] : [member, "relation"];
  if (first?.name === void 0) return;
  const computed = isRelation(member) && member.expression !== void 0 ? ", or `permission` if nothing is stored in it" : "";
  const message2 = `${what} ${quoted(first.name)} has no subjects; write what it can hold, such as \`: user\`${computed}`;
  report.error(nameNode(first), "no-subjects", message2);
}
function reportRepeated(member, report) {
  const seen = /* @__PURE__ */ new Set();
  for (const subject of member.subjects) {
    const form = textOfForm(subject);
    if (seen.has(form)) {
      report.error(subject.$cstNode, "duplicate-subject", `${quoted(form)} stands twice among the subjects; remove one`);
    }
    if (subject.condition === void 0 && subject.expiry === void 0) seen.add(form);
  }
}
function textOfForm({ type, relation, wildcard }) {
  const suffix = relation === void 0 ? "" : `#${relation.$refText}`;
  return `${type?.$refText}${wildcard ? ":*" : suffix}`;
}
var init_subjects = __esm({
  "../../tmp/old/src/schema/check/subjects.ts"() {
    init_reference();
    init_ast();
    init_members();
    init_name_node();
    init_parsed_schema();
  }
});

// ../../tmp/old/src/schema/check/supported.ts
function checkSupported({ tree }, report) {
  for (const { words, where } of notSupported(tree)) {
    report.error(where, "not-supported", `\`${words}\` is not supported yet; leave it out`);
  }
}
var init_supported = __esm({
  "../../tmp/old/src/schema/check/supported.ts"() {
    init_not_supported();
  }
});

// ../../tmp/old/src/schema/language/comments.ts
import { CstUtils as CstUtils2, isLeafCstNode } from "langium";
function readLeadingComments(root) {
  const comments = /* @__PURE__ */ new Map();
  let pending = [];
  if (root === void 0) return comments;
  for (const leaf of CstUtils2.streamCst(root).filter(isLeafCstNode)) {
    if (leaf.hidden) {
      pending.push(leaf);
    } else if (pending.length > 0) {
      comments.set(leaf.offset, pending);
      pending = [];
    }
  }
  return comments;
}
function commentsBefore(node, comments) {
  return (node.$cstNode === void 0 ? void 0 : comments.get(node.$cstNode.offset)) ?? [];
}
function documentationOf(node, comments) {
  const lines = commentsBefore(node, comments).map((comment) => comment.text).filter((text) => DOC_COMMENT.test(text)).map((text) => text.replace(DOC_COMMENT, "").trimEnd());
  return lines.length === 0 ? void 0 : lines.join("\n");
}
var DOC_COMMENT;
var init_comments = __esm({
  "../../tmp/old/src/schema/language/comments.ts"() {
    DOC_COMMENT = /^\/\/\/(?!\/) ?/;
  }
});

// ../../tmp/old/src/schema/check/silence.ts
import { AstUtils as AstUtils7 } from "langium";
function silenceWarnings({ tree }, report) {
  report.silenceWhereErrors();
  const comments = readLeadingComments(tree.$cstNode);
  for (const comment of [...comments.values()].flat()) checkIgnored(comment, report);
  for (const node of AstUtils7.streamAst(tree).filter(isDeclaration2)) {
    const before = commentsBefore(node, comments);
    const names = new Set(before.flatMap(ignoredNames).map(({ name }) => name));
    if (names.size === 0 || node.$cstNode === void 0) continue;
    const range = { start: before[0].range.start, end: node.$cstNode.range.end };
    report.silence((warning) => names.has(warning.code) && isWithin(warning, range));
  }
}
function isDeclaration2(node) {
  return isDeclaration(node) || isMember(node) || isRung(node);
}
function checkIgnored(comment, report) {
  const mark = IGNORE.exec(comment.text)?.[0];
  if (mark === void 0) return;
  const ignored = ignoredNames(comment);
  if (ignored.length === 0) {
    const message2 = "no warning is named; write `// pemba-ignore: ` and the name of one";
    report.warning(comment, "unknown-warning", message2);
  }
  for (const { name, range } of ignored) {
    if (WARNINGS.has(name)) continue;
    const suggestion = nearest(name, WARNINGS);
    const known = suggestion === void 0 ? `; write one of ${[...WARNINGS].map(quoted).join(", ")}` : "";
    report.warning(range, "unknown-warning", `there is no warning ${quoted(name)}${known}`, { suggestion });
  }
}
function ignoredNames({ text, range }) {
  const mark = IGNORE.exec(text)?.[0];
  if (mark === void 0) return [];
  return [...text.slice(mark.length).matchAll(/[^\s,]+/g)].map((found2) => {
    const character = range.start.character + mark.length + found2.index;
    const start = { line: range.start.line, character };
    return { name: found2[0], range: { start, end: { line: start.line, character: character + found2[0].length } } };
  });
}
function isWithin({ line, column }, { start, end }) {
  const [l, c] = [line - 1, column - 1];
  const isAfterStart = l > start.line || l === start.line && c >= start.character;
  const isBeforeEnd = l < end.line || l === end.line && c < end.character;
  return isAfterStart && isBeforeEnd;
}
var WARNINGS, IGNORE;
var init_silence = __esm({
  "../../tmp/old/src/schema/check/silence.ts"() {
    init_nearest();
    init_reference();
    init_comments();
    init_ast();
    WARNINGS = /* @__PURE__ */ new Set([
      "name-repeats-type",
      "negation-over-objects",
      "never-holds",
      "unknown-warning",
      "unread-relation"
    ]);
    IGNORE = /^\/\/\s*pemba-ignore\b\s*:?/;
  }
});

// ../../tmp/old/src/schema/check.ts
function check(parsed, report) {
  for (const one of CHECKS) one(parsed, report);
}
var CHECKS;
var init_check = __esm({
  "../../tmp/old/src/schema/check.ts"() {
    init_duplicates();
    init_expressions();
    init_file();
    init_holdable();
    init_names();
    init_negation();
    init_operators();
    init_read();
    init_subjects();
    init_supported();
    init_silence();
    CHECKS = [
      checkFile,
      checkSupported,
      checkNames,
      checkDuplicates,
      checkSubjects,
      checkExpressions,
      checkOperators,
      checkNegation,
      checkHoldable,
      checkRead,
      // Last, as it takes back what the others warned of.
      silenceWarnings
    ];
  }
});

// ../../tmp/old/src/schema/compile/position.ts
function positionOfName(declaration, file) {
  const { start } = must(nameNode(declaration), "the name of a declaration").range;
  return { file, line: start.line + 1, column: start.character + 1 };
}
var init_position = __esm({
  "../../tmp/old/src/schema/compile/position.ts"() {
    init_assert();
    init_name_node();
  }
});

// ../../tmp/old/src/schema/compile/rewrite.ts
function rewriteOf(member) {
  if (isPermission(member)) return rewrite(member.expression);
  if (isRelation(member)) return member.expression === void 0 ? DIRECT : rewrite(member.expression);
  return rewriteOfRung(member);
}
function rewriteOfRung(rung) {
  const above = rung.$container.rungs[must(rung.$containerIndex, "the index of a rung") - 1];
  return above === void 0 ? DIRECT : { op: "or", of: [DIRECT, { op: "name", name: above.name }] };
}
function rewrite(expression) {
  switch (expression.$type) {
    case "Parentheses":
      return rewrite(expression.expression);
    case "Direct":
      return DIRECT;
    case "Self":
      return { op: "self" };
    case "Nobody":
      return { op: "nobody" };
    case "NameExpression":
      return { op: "name", name: expression.members.$refText };
    case "Arrow":
      return { op: "arrow", relation: expression.relation.members.$refText, name: expression.targets.$refText };
    case "Every":
      return { op: "every", relation: expression.relation.members.$refText, name: expression.targets.$refText };
    case "Chain":
      return rewriteOfChain(expression);
    case "SetOf":
    case "SubjectPath":
      throw new PembaError("INTERNAL", `assertion failed: ${expression.$type} reached the compiler`);
    default:
      return unreachable(expression);
  }
}
function rewriteOfChain(chain) {
  const [op] = chain.operators;
  const operands = chain.operands.map(rewrite);
  if (op === "except") return { op, from: operands[0], without: operands[1] };
  return { op, of: operands.flatMap((operand) => operand.op === op ? operand.of : [operand]) };
}
var DIRECT;
var init_rewrite = __esm({
  "../../tmp/old/src/schema/compile/rewrite.ts"() {
    init_assert();
    init_errors();
    init_ast();
    DIRECT = { op: "direct" };
  }
});

// ../../tmp/old/src/schema/compile/subject-form.ts
function subjectFormOf(subject) {
  return {
    type: subject.type.$refText,
    ...subject.relation === void 0 ? {} : { relation: subject.relation.$refText },
    wildcard: subject.wildcard
  };
}
var init_subject_form = __esm({
  "../../tmp/old/src/schema/compile/subject-form.ts"() {
  }
});

// ../../tmp/old/src/schema/compiled-schema.ts
var SCHEMA_FORMAT;
var init_compiled_schema = __esm({
  "../../tmp/old/src/schema/compiled-schema.ts"() {
    SCHEMA_FORMAT = 1;
  }
});

// ../../tmp/old/src/schema/compile.ts
function compile(parsed) {
  const comments = readLeadingComments(parsed.tree.$cstNode);
  const name = parsed.tree.declarations.find(isSchemaLine)?.name;
  const types = declaredTypes(parsed.tree).map((type) => compileType(type, comments, parsed.path));
  return { format: SCHEMA_FORMAT, ...name === void 0 ? {} : { name }, types };
}
function compileType(type, comments, file) {
  return {
    name: type.name,
    ...docOf([type], comments),
    members: declaredMembers(type).map((member) => compileMember(member, comments, file)),
    source: positionOfName(type, file)
  };
}
function compileMember(member, comments, file) {
  return {
    name: member.name,
    kind: isPermission(member) ? "permission" : "relation",
    // What is written above a ladder is said of each rung that says nothing itself.
    ...docOf(isRung(member) ? [member, member.$container] : [member], comments),
    subjects: subjectsOf(member).map(subjectFormOf),
    rewrite: rewriteOf(member),
    source: positionOfName(member, file)
  };
}
function docOf(nodes, comments) {
  for (const node of nodes) {
    const doc = documentationOf(node, comments);
    if (doc !== void 0) return { doc };
  }
  return {};
}
var init_compile = __esm({
  "../../tmp/old/src/schema/compile.ts"() {
    init_position();
    init_rewrite();
    init_subject_form();
    init_compiled_schema();
    init_comments();
    init_ast();
    init_members();
  }
});

// ../../tmp/old/src/schema/language/generated/grammar.ts
import { loadGrammarFromJson } from "langium";
var loadedPembaGrammar, PembaGrammar;
var init_grammar = __esm({
  "../../tmp/old/src/schema/language/generated/grammar.ts"() {
    PembaGrammar = () => loadedPembaGrammar ?? (loadedPembaGrammar = loadGrammarFromJson('{"$type":"Grammar","isDeclared":true,"name":"Pemba","rules":[{"$type":"ParserRule","entry":true,"name":"SchemaFile","definition":{"$type":"Assignment","feature":"declarations","operator":"+=","terminal":{"$type":"RuleCall","rule":{"$ref":"#/rules@1"},"arguments":[]},"cardinality":"*"},"fragment":false,"parameters":[]},{"$type":"ParserRule","name":"Declaration","definition":{"$type":"Alternatives","elements":[{"$type":"RuleCall","rule":{"$ref":"#/rules@2"},"arguments":[]},{"$type":"RuleCall","rule":{"$ref":"#/rules@3"},"arguments":[]},{"$type":"RuleCall","rule":{"$ref":"#/rules@4"},"arguments":[]},{"$type":"RuleCall","rule":{"$ref":"#/rules@5"},"arguments":[]},{"$type":"RuleCall","rule":{"$ref":"#/rules@33"},"arguments":[]}]},"entry":false,"fragment":false,"parameters":[]},{"$type":"ParserRule","name":"SchemaLine","definition":{"$type":"Group","elements":[{"$type":"Keyword","value":"schema"},{"$type":"Assignment","feature":"name","operator":"=","terminal":{"$type":"RuleCall","rule":{"$ref":"#/rules@36"},"arguments":[]}}]},"entry":false,"fragment":false,"parameters":[]},{"$type":"ParserRule","name":"Import","definition":{"$type":"Group","elements":[{"$type":"Keyword","value":"import"},{"$type":"Assignment","feature":"path","operator":"=","terminal":{"$type":"RuleCall","rule":{"$ref":"#/rules@44"},"arguments":[]}}]},"entry":false,"fragment":false,"parameters":[]},{"$type":"ParserRule","name":"TypeDeclaration","definition":{"$type":"Group","elements":[{"$type":"Keyword","value":"type"},{"$type":"Assignment","feature":"name","operator":"=","terminal":{"$type":"RuleCall","rule":{"$ref":"#/rules@36"},"arguments":[]}},{"$type":"Group","elements":[{"$type":"Keyword","value":"{"},{"$type":"Assignment","feature":"members","operator":"+=","terminal":{"$type":"RuleCall","rule":{"$ref":"#/rules@6"},"arguments":[]},"cardinality":"*"},{"$type":"Keyword","value":"}"}],"cardinality":"?"}]},"entry":false,"fragment":false,"parameters":[]},{"$type":"ParserRule","name":"TypeExtension","definition":{"$type":"Group","elements":[{"$type":"Keyword","value":"extend"},{"$type":"Keyword","value":"type"},{"$type":"Assignment","feature":"type","operator":"=","terminal":{"$type":"CrossReference","type":{"$ref":"#/rules@4"},"terminal":{"$type":"RuleCall","rule":{"$ref":"#/rules@38"},"arguments":[]},"deprecatedSyntax":false,"isMulti":false}},{"$type":"Keyword","value":"{"},{"$type":"Assignment","feature":"members","operator":"+=","terminal":{"$type":"RuleCall","rule":{"$ref":"#/rules@6"},"arguments":[]},"cardinality":"*"},{"$type":"Keyword","value":"}"}]},"entry":false,"fragment":false,"parameters":[]},{"$type":"ParserRule","name":"Member","definition":{"$type":"Alternatives","elements":[{"$type":"RuleCall","rule":{"$ref":"#/rules@7"},"arguments":[]},{"$type":"RuleCall","rule":{"$ref":"#/rules@8"},"arguments":[]},{"$type":"RuleCall","rule":{"$ref":"#/rules@10"},"arguments":[]},{"$type":"RuleCall","rule":{"$ref":"#/rules@11"},"arguments":[]},{"$type":"RuleCall","rule":{"$ref":"#/rules@15"},"arguments":[]}]},"entry":false,"fragment":false,"parameters":[]},{"$type":"ParserRule","name":"Relation","definition":{"$type":"Group","elements":[{"$type":"Keyword","value":"relation"},{"$type":"Assignment","feature":"name","operator":"=","terminal":{"$type":"RuleCall","rule":{"$ref":"#/rules@36"},"arguments":[]}},{"$type":"Assignment","feature":"multiplicities","operator":"+=","terminal":{"$type":"RuleCall","rule":{"$ref":"#/rules@14"},"arguments":[]},"cardinality":"?"},{"$type":"Group","elements":[{"$type":"Keyword","value":":"},{"$type":"Group","elements":[{"$type":"Assignment","feature":"subjects","operator":"+=","terminal":{"$type":"RuleCall","rule":{"$ref":"#/rules@21"},"arguments":[]}},{"$type":"Group","elements":[{"$type":"Keyword","value":"|"},{"$type":"Assignment","feature":"subjects","operator":"+=","terminal":{"$type":"RuleCall","rule":{"$ref":"#/rules@21"},"arguments":[]}}],"cardinality":"*"}],"cardinality":"?"}],"cardinality":"?"},{"$type":"Assignment","feature":"multiplicities","operator":"+=","terminal":{"$type":"RuleCall","rule":{"$ref":"#/rules@14"},"arguments":[]},"cardinality":"?"},{"$type":"Assignment","feature":"unique","operator":"?=","terminal":{"$type":"Keyword","value":"unique"},"cardinality":"?"},{"$type":"Group","elements":[{"$type":"Keyword","value":"="},{"$type":"Assignment","feature":"expression","operator":"=","terminal":{"$type":"RuleCall","rule":{"$ref":"#/rules@23"},"arguments":[]}}],"cardinality":"?"},{"$type":"Assignment","feature":"grantedBy","operator":"=","terminal":{"$type":"RuleCall","rule":{"$ref":"#/rules@12"},"arguments":[]},"cardinality":"?"},{"$type":"Assignment","feature":"revokedBy","operator":"=","terminal":{"$type":"RuleCall","rule":{"$ref":"#/rules@13"},"arguments":[]},"cardinality":"?"}]},"entry":false,"fragment":false,"parameters":[]},{"$type":"ParserRule","name":"Ladder","definition":{"$type":"Group","elements":[{"$type":"Keyword","value":"roles"},{"$type":"Assignment","feature":"rungs","operator":"+=","terminal":{"$type":"RuleCall","rule":{"$ref":"#/rules@9"},"arguments":[]}},{"$type":"Group","elements":[{"$type":"Keyword","value":">"},{"$type":"Assignment","feature":"rungs","operator":"+=","terminal":{"$type":"RuleCall","rule":{"$ref":"#/rules@9"},"arguments":[]}}],"cardinality":"*"},{"$type":"Group","elements":[{"$type":"Keyword","value":":"},{"$type":"Group","elements":[{"$type":"Assignment","feature":"subjects","operator":"+=","terminal":{"$type":"RuleCall","rule":{"$ref":"#/rules@21"},"arguments":[]}},{"$type":"Group","elements":[{"$type":"Keyword","value":"|"},{"$type":"Assignment","feature":"subjects","operator":"+=","terminal":{"$type":"RuleCall","rule":{"$ref":"#/rules@21"},"arguments":[]}}],"cardinality":"*"}],"cardinality":"?"}],"cardinality":"?"},{"$type":"Assignment","feature":"grantedBy","operator":"=","terminal":{"$type":"RuleCall","rule":{"$ref":"#/rules@12"},"arguments":[]},"cardinality":"?"},{"$type":"Assignment","feature":"revokedBy","operator":"=","terminal":{"$type":"RuleCall","rule":{"$ref":"#/rules@13"},"arguments":[]},"cardinality":"?"}]},"entry":false,"fragment":false,"parameters":[]},{"$type":"ParserRule","name":"Rung","definition":{"$type":"Group","elements":[{"$type":"Assignment","feature":"name","operator":"=","terminal":{"$type":"RuleCall","rule":{"$ref":"#/rules@36"},"arguments":[]}},{"$type":"Assignment","feature":"multiplicity","operator":"=","terminal":{"$type":"RuleCall","rule":{"$ref":"#/rules@14"},"arguments":[]},"cardinality":"?"},{"$type":"Assignment","feature":"grantedBy","operator":"=","terminal":{"$type":"RuleCall","rule":{"$ref":"#/rules@12"},"arguments":[]},"cardinality":"?"},{"$type":"Assignment","feature":"revokedBy","operator":"=","terminal":{"$type":"RuleCall","rule":{"$ref":"#/rules@13"},"arguments":[]},"cardinality":"?"}]},"entry":false,"fragment":false,"parameters":[]},{"$type":"ParserRule","name":"Permission","definition":{"$type":"Group","elements":[{"$type":"Keyword","value":"permission"},{"$type":"Assignment","feature":"name","operator":"=","terminal":{"$type":"RuleCall","rule":{"$ref":"#/rules@36"},"arguments":[]}},{"$type":"Keyword","value":"="},{"$type":"Assignment","feature":"expression","operator":"=","terminal":{"$type":"RuleCall","rule":{"$ref":"#/rules@23"},"arguments":[]}}]},"entry":false,"fragment":false,"parameters":[]},{"$type":"ParserRule","name":"Lifecycle","definition":{"$type":"Group","elements":[{"$type":"Assignment","feature":"event","operator":"=","terminal":{"$type":"Alternatives","elements":[{"$type":"Keyword","value":"created"},{"$type":"Keyword","value":"deleted"}]}},{"$type":"Keyword","value":"by"},{"$type":"Assignment","feature":"expression","operator":"=","terminal":{"$type":"RuleCall","rule":{"$ref":"#/rules@23"},"arguments":[]}}]},"entry":false,"fragment":false,"parameters":[]},{"$type":"ParserRule","name":"GrantedBy","definition":{"$type":"Group","elements":[{"$type":"Keyword","value":"granted"},{"$type":"Keyword","value":"by"},{"$type":"Assignment","feature":"expression","operator":"=","terminal":{"$type":"RuleCall","rule":{"$ref":"#/rules@23"},"arguments":[]}}]},"entry":false,"fragment":false,"parameters":[]},{"$type":"ParserRule","name":"RevokedBy","definition":{"$type":"Group","elements":[{"$type":"Keyword","value":"revoked"},{"$type":"Keyword","value":"by"},{"$type":"Assignment","feature":"expression","operator":"=","terminal":{"$type":"RuleCall","rule":{"$ref":"#/rules@23"},"arguments":[]}}]},"entry":false,"fragment":false,"parameters":[]},{"$type":"ParserRule","name":"Multiplicity","definition":{"$type":"Group","elements":[{"$type":"Keyword","value":"["},{"$type":"Assignment","feature":"min","operator":"=","terminal":{"$type":"RuleCall","rule":{"$ref":"#/rules@43"},"arguments":[]}},{"$type":"Group","elements":[{"$type":"Assignment","feature":"range","operator":"?=","terminal":{"$type":"Keyword","value":".."}},{"$type":"Assignment","feature":"max","operator":"=","terminal":{"$type":"RuleCall","rule":{"$ref":"#/rules@43"},"arguments":[]},"cardinality":"?"}],"cardinality":"?"},{"$type":"Keyword","value":"]"}]},"entry":false,"fragment":false,"parameters":[]},{"$type":"ParserRule","name":"Require","definition":{"$type":"Group","elements":[{"$type":"Keyword","value":"require"},{"$type":"Assignment","feature":"rule","operator":"=","terminal":{"$type":"RuleCall","rule":{"$ref":"#/rules@16"},"arguments":[]}}]},"entry":false,"fragment":false,"parameters":[]},{"$type":"ParserRule","name":"Rule","definition":{"$type":"Alternatives","elements":[{"$type":"RuleCall","rule":{"$ref":"#/rules@17"},"arguments":[]},{"$type":"RuleCall","rule":{"$ref":"#/rules@18"},"arguments":[]},{"$type":"RuleCall","rule":{"$ref":"#/rules@19"},"arguments":[]},{"$type":"RuleCall","rule":{"$ref":"#/rules@20"},"arguments":[]}]},"entry":false,"fragment":false,"parameters":[]},{"$type":"ParserRule","name":"OneOfRule","definition":{"$type":"Group","elements":[{"$type":"Keyword","value":"one"},{"$type":"Keyword","value":"of"},{"$type":"Assignment","feature":"members","operator":"+=","terminal":{"$type":"CrossReference","type":{"$ref":"#/types@0"},"terminal":{"$type":"RuleCall","rule":{"$ref":"#/rules@38"},"arguments":[]},"deprecatedSyntax":false,"isMulti":false}},{"$type":"Group","elements":[{"$type":"Keyword","value":","},{"$type":"Assignment","feature":"members","operator":"+=","terminal":{"$type":"CrossReference","type":{"$ref":"#/types@0"},"terminal":{"$type":"RuleCall","rule":{"$ref":"#/rules@38"},"arguments":[]},"deprecatedSyntax":false,"isMulti":false}}],"cardinality":"*"}]},"entry":false,"fragment":false,"parameters":[]},{"$type":"ParserRule","name":"UniqueRule","definition":{"$type":"Group","elements":[{"$type":"Keyword","value":"unique"},{"$type":"Assignment","feature":"members","operator":"+=","terminal":{"$type":"CrossReference","type":{"$ref":"#/types@0"},"terminal":{"$type":"RuleCall","rule":{"$ref":"#/rules@38"},"arguments":[]},"deprecatedSyntax":false,"isMulti":false}},{"$type":"Group","elements":[{"$type":"Keyword","value":","},{"$type":"Assignment","feature":"members","operator":"+=","terminal":{"$type":"CrossReference","type":{"$ref":"#/types@0"},"terminal":{"$type":"RuleCall","rule":{"$ref":"#/rules@38"},"arguments":[]},"deprecatedSyntax":false,"isMulti":false}}],"cardinality":"*"}]},"entry":false,"fragment":false,"parameters":[]},{"$type":"ParserRule","name":"ExcludesRule","definition":{"$type":"Group","elements":[{"$type":"Assignment","feature":"left","operator":"=","terminal":{"$type":"CrossReference","type":{"$ref":"#/types@0"},"terminal":{"$type":"RuleCall","rule":{"$ref":"#/rules@38"},"arguments":[]},"deprecatedSyntax":false,"isMulti":false}},{"$type":"Keyword","value":"excludes"},{"$type":"Assignment","feature":"right","operator":"=","terminal":{"$type":"CrossReference","type":{"$ref":"#/types@0"},"terminal":{"$type":"RuleCall","rule":{"$ref":"#/rules@38"},"arguments":[]},"deprecatedSyntax":false,"isMulti":false}}]},"entry":false,"fragment":false,"parameters":[]},{"$type":"ParserRule","name":"ContainsRule","definition":{"$type":"Group","elements":[{"$type":"Assignment","feature":"relation","operator":"=","terminal":{"$type":"CrossReference","type":{"$ref":"#/types@0"},"terminal":{"$type":"RuleCall","rule":{"$ref":"#/rules@38"},"arguments":[]},"deprecatedSyntax":false,"isMulti":false}},{"$type":"Group","elements":[{"$type":"Keyword","value":"."},{"$type":"Assignment","feature":"targets","operator":"=","terminal":{"$type":"CrossReference","isMulti":true,"type":{"$ref":"#/types@0"},"terminal":{"$type":"RuleCall","rule":{"$ref":"#/rules@38"},"arguments":[]},"deprecatedSyntax":false}}],"cardinality":"?"},{"$type":"Keyword","value":"contains"},{"$type":"Assignment","feature":"contained","operator":"=","terminal":{"$type":"CrossReference","type":{"$ref":"#/types@0"},"terminal":{"$type":"RuleCall","rule":{"$ref":"#/rules@38"},"arguments":[]},"deprecatedSyntax":false,"isMulti":false}}]},"entry":false,"fragment":false,"parameters":[]},{"$type":"ParserRule","name":"Subject","definition":{"$type":"Group","elements":[{"$type":"Assignment","feature":"type","operator":"=","terminal":{"$type":"CrossReference","type":{"$ref":"#/rules@4"},"terminal":{"$type":"RuleCall","rule":{"$ref":"#/rules@38"},"arguments":[]},"deprecatedSyntax":false,"isMulti":false}},{"$type":"Alternatives","elements":[{"$type":"Group","elements":[{"$type":"Keyword","value":":"},{"$type":"Assignment","feature":"wildcard","operator":"?=","terminal":{"$type":"Keyword","value":"*"}}]},{"$type":"Group","elements":[{"$type":"Keyword","value":"#"},{"$type":"Assignment","feature":"relation","operator":"=","terminal":{"$type":"CrossReference","type":{"$ref":"#/types@0"},"terminal":{"$type":"RuleCall","rule":{"$ref":"#/rules@37"},"arguments":[]},"deprecatedSyntax":false,"isMulti":false}}]}],"cardinality":"?"},{"$type":"Group","elements":[{"$type":"Keyword","value":"with"},{"$type":"Assignment","feature":"condition","operator":"=","terminal":{"$type":"CrossReference","type":{"$ref":"#/rules@33"},"terminal":{"$type":"RuleCall","rule":{"$ref":"#/rules@38"},"arguments":[]},"deprecatedSyntax":false,"isMulti":false}}],"cardinality":"?"},{"$type":"Assignment","feature":"expiry","operator":"=","terminal":{"$type":"RuleCall","rule":{"$ref":"#/rules@22"},"arguments":[]},"cardinality":"?"}]},"entry":false,"fragment":false,"parameters":[]},{"$type":"ParserRule","name":"Expiry","definition":{"$type":"Alternatives","elements":[{"$type":"Group","elements":[{"$type":"Action","inferredType":{"$type":"InferredType","name":"Expiry"}},{"$type":"Keyword","value":"expires"}]},{"$type":"Group","elements":[{"$type":"Assignment","feature":"mandatory","operator":"?=","terminal":{"$type":"Keyword","value":"must"}},{"$type":"Keyword","value":"expire"},{"$type":"Group","elements":[{"$type":"Keyword","value":"within"},{"$type":"Assignment","feature":"within","operator":"=","terminal":{"$type":"RuleCall","rule":{"$ref":"#/rules@43"},"arguments":[]}}],"cardinality":"?"}]}]},"entry":false,"fragment":false,"parameters":[]},{"$type":"ParserRule","name":"Expression","definition":{"$type":"Group","elements":[{"$type":"RuleCall","rule":{"$ref":"#/rules@24"},"arguments":[]},{"$type":"Group","elements":[{"$type":"Action","inferredType":{"$type":"InferredType","name":"Chain"},"feature":"operands","operator":"+="},{"$type":"Group","elements":[{"$type":"Assignment","feature":"operators","operator":"+=","terminal":{"$type":"Alternatives","elements":[{"$type":"Keyword","value":"or"},{"$type":"Keyword","value":"and"},{"$type":"Keyword","value":"except"}]}},{"$type":"Assignment","feature":"operands","operator":"+=","terminal":{"$type":"RuleCall","rule":{"$ref":"#/rules@24"},"arguments":[]}}],"cardinality":"+"}],"cardinality":"?"}]},"entry":false,"fragment":false,"parameters":[]},{"$type":"ParserRule","name":"Operand","inferredType":{"$type":"InferredType","name":"Expression"},"definition":{"$type":"Alternatives","elements":[{"$type":"RuleCall","rule":{"$ref":"#/rules@25"},"arguments":[]},{"$type":"RuleCall","rule":{"$ref":"#/rules@26"},"arguments":[]},{"$type":"RuleCall","rule":{"$ref":"#/rules@27"},"arguments":[]},{"$type":"RuleCall","rule":{"$ref":"#/rules@28"},"arguments":[]},{"$type":"RuleCall","rule":{"$ref":"#/rules@29"},"arguments":[]},{"$type":"RuleCall","rule":{"$ref":"#/rules@30"},"arguments":[]},{"$type":"RuleCall","rule":{"$ref":"#/rules@31"},"arguments":[]}]},"entry":false,"fragment":false,"parameters":[]},{"$type":"ParserRule","name":"Parentheses","definition":{"$type":"Group","elements":[{"$type":"Keyword","value":"("},{"$type":"Assignment","feature":"expression","operator":"=","terminal":{"$type":"RuleCall","rule":{"$ref":"#/rules@23"},"arguments":[]}},{"$type":"Keyword","value":")"}]},"entry":false,"fragment":false,"parameters":[]},{"$type":"ParserRule","name":"Direct","definition":{"$type":"Group","elements":[{"$type":"Action","inferredType":{"$type":"InferredType","name":"Direct"}},{"$type":"Keyword","value":"direct"}]},"entry":false,"fragment":false,"parameters":[]},{"$type":"ParserRule","name":"Self","definition":{"$type":"Group","elements":[{"$type":"Action","inferredType":{"$type":"InferredType","name":"Self"}},{"$type":"Keyword","value":"self"}]},"entry":false,"fragment":false,"parameters":[]},{"$type":"ParserRule","name":"Nobody","definition":{"$type":"Group","elements":[{"$type":"Action","inferredType":{"$type":"InferredType","name":"Nobody"}},{"$type":"Keyword","value":"nobody"}]},"entry":false,"fragment":false,"parameters":[]},{"$type":"ParserRule","name":"Every","definition":{"$type":"Group","elements":[{"$type":"Keyword","value":"every"},{"$type":"Assignment","feature":"relation","operator":"=","terminal":{"$type":"RuleCall","rule":{"$ref":"#/rules@32"},"arguments":[]}},{"$type":"Keyword","value":"."},{"$type":"Assignment","feature":"targets","operator":"=","terminal":{"$type":"CrossReference","isMulti":true,"type":{"$ref":"#/types@0"},"terminal":{"$type":"RuleCall","rule":{"$ref":"#/rules@37"},"arguments":[]},"deprecatedSyntax":false}}]},"entry":false,"fragment":false,"parameters":[]},{"$type":"ParserRule","name":"SubjectPath","definition":{"$type":"Group","elements":[{"$type":"Keyword","value":"subject"},{"$type":"Keyword","value":"."},{"$type":"Assignment","feature":"targets","operator":"=","terminal":{"$type":"CrossReference","isMulti":true,"type":{"$ref":"#/types@0"},"terminal":{"$type":"RuleCall","rule":{"$ref":"#/rules@37"},"arguments":[]},"deprecatedSyntax":false}}]},"entry":false,"fragment":false,"parameters":[]},{"$type":"ParserRule","name":"NamedOperand","inferredType":{"$type":"InferredType","name":"Expression"},"definition":{"$type":"Group","elements":[{"$type":"RuleCall","rule":{"$ref":"#/rules@32"},"arguments":[]},{"$type":"Alternatives","elements":[{"$type":"Group","elements":[{"$type":"Action","inferredType":{"$type":"InferredType","name":"Arrow"},"feature":"relation","operator":"="},{"$type":"Keyword","value":"."},{"$type":"Assignment","feature":"targets","operator":"=","terminal":{"$type":"CrossReference","isMulti":true,"type":{"$ref":"#/types@0"},"terminal":{"$type":"RuleCall","rule":{"$ref":"#/rules@37"},"arguments":[]},"deprecatedSyntax":false}}]},{"$type":"Group","elements":[{"$type":"Action","inferredType":{"$type":"InferredType","name":"SetOf"},"feature":"name","operator":"="},{"$type":"Keyword","value":"of"},{"$type":"Assignment","feature":"set","operator":"=","terminal":{"$type":"RuleCall","rule":{"$ref":"#/rules@32"},"arguments":[]}}]}],"cardinality":"?"}]},"entry":false,"fragment":false,"parameters":[]},{"$type":"ParserRule","name":"NameExpression","definition":{"$type":"Assignment","feature":"members","operator":"=","terminal":{"$type":"CrossReference","isMulti":true,"type":{"$ref":"#/types@0"},"terminal":{"$type":"RuleCall","rule":{"$ref":"#/rules@38"},"arguments":[]},"deprecatedSyntax":false}},"entry":false,"fragment":false,"parameters":[]},{"$type":"ParserRule","name":"Condition","definition":{"$type":"Group","elements":[{"$type":"Keyword","value":"condition"},{"$type":"Assignment","feature":"name","operator":"=","terminal":{"$type":"RuleCall","rule":{"$ref":"#/rules@36"},"arguments":[]}},{"$type":"Keyword","value":"("},{"$type":"Group","elements":[{"$type":"Assignment","feature":"parameters","operator":"+=","terminal":{"$type":"RuleCall","rule":{"$ref":"#/rules@34"},"arguments":[]}},{"$type":"Group","elements":[{"$type":"Keyword","value":","},{"$type":"Assignment","feature":"parameters","operator":"+=","terminal":{"$type":"RuleCall","rule":{"$ref":"#/rules@34"},"arguments":[]}}],"cardinality":"*"}],"cardinality":"?"},{"$type":"Keyword","value":")"},{"$type":"Assignment","feature":"body","operator":"=","terminal":{"$type":"RuleCall","rule":{"$ref":"#/rules@45"},"arguments":[]}}]},"entry":false,"fragment":false,"parameters":[]},{"$type":"ParserRule","name":"Parameter","definition":{"$type":"Group","elements":[{"$type":"Assignment","feature":"name","operator":"=","terminal":{"$type":"RuleCall","rule":{"$ref":"#/rules@36"},"arguments":[]}},{"$type":"Assignment","feature":"type","operator":"=","terminal":{"$type":"RuleCall","rule":{"$ref":"#/rules@35"},"arguments":[]}}]},"entry":false,"fragment":false,"parameters":[]},{"$type":"ParserRule","name":"ParameterType","definition":{"$type":"Group","elements":[{"$type":"Assignment","feature":"name","operator":"=","terminal":{"$type":"RuleCall","rule":{"$ref":"#/rules@38"},"arguments":[]}},{"$type":"Group","elements":[{"$type":"Keyword","value":"<"},{"$type":"Assignment","feature":"arguments","operator":"+=","terminal":{"$type":"RuleCall","rule":{"$ref":"#/rules@35"},"arguments":[]}},{"$type":"Group","elements":[{"$type":"Keyword","value":","},{"$type":"Assignment","feature":"arguments","operator":"+=","terminal":{"$type":"RuleCall","rule":{"$ref":"#/rules@35"},"arguments":[]}}],"cardinality":"*"},{"$type":"Keyword","value":">"}],"cardinality":"?"}]},"entry":false,"fragment":false,"parameters":[]},{"$type":"ParserRule","name":"NewName","dataType":"string","definition":{"$type":"Alternatives","elements":[{"$type":"RuleCall","rule":{"$ref":"#/rules@38"},"arguments":[]},{"$type":"RuleCall","rule":{"$ref":"#/rules@39"},"arguments":[]},{"$type":"RuleCall","rule":{"$ref":"#/rules@43"},"arguments":[]}]},"entry":false,"fragment":false,"parameters":[]},{"$type":"ParserRule","name":"MemberName","dataType":"string","definition":{"$type":"Alternatives","elements":[{"$type":"RuleCall","rule":{"$ref":"#/rules@38"},"arguments":[]},{"$type":"Keyword","value":"self"},{"$type":"Keyword","value":"direct"},{"$type":"Keyword","value":"nobody"},{"$type":"Keyword","value":"every"},{"$type":"Keyword","value":"subject"}]},"entry":false,"fragment":false,"parameters":[]},{"$type":"ParserRule","name":"Name","dataType":"string","definition":{"$type":"Alternatives","elements":[{"$type":"RuleCall","rule":{"$ref":"#/rules@41"},"arguments":[]},{"$type":"RuleCall","rule":{"$ref":"#/rules@42"},"arguments":[]},{"$type":"RuleCall","rule":{"$ref":"#/rules@40"},"arguments":[]}]},"entry":false,"fragment":false,"parameters":[]},{"$type":"ParserRule","name":"Reserved","dataType":"string","definition":{"$type":"Alternatives","elements":[{"$type":"Keyword","value":"self"},{"$type":"Keyword","value":"direct"},{"$type":"Keyword","value":"nobody"},{"$type":"Keyword","value":"every"},{"$type":"Keyword","value":"subject"},{"$type":"Keyword","value":"of"},{"$type":"Keyword","value":"or"},{"$type":"Keyword","value":"and"},{"$type":"Keyword","value":"except"}]},"entry":false,"fragment":false,"parameters":[]},{"$type":"ParserRule","name":"LanguageWord","dataType":"string","definition":{"$type":"Alternatives","elements":[{"$type":"Keyword","value":"schema"},{"$type":"Keyword","value":"import"},{"$type":"Keyword","value":"type"},{"$type":"Keyword","value":"extend"},{"$type":"Keyword","value":"relation"},{"$type":"Keyword","value":"roles"},{"$type":"Keyword","value":"permission"},{"$type":"Keyword","value":"created"},{"$type":"Keyword","value":"deleted"},{"$type":"Keyword","value":"granted"},{"$type":"Keyword","value":"revoked"},{"$type":"Keyword","value":"by"},{"$type":"Keyword","value":"require"},{"$type":"Keyword","value":"one"},{"$type":"Keyword","value":"unique"},{"$type":"Keyword","value":"excludes"},{"$type":"Keyword","value":"contains"},{"$type":"Keyword","value":"condition"},{"$type":"Keyword","value":"with"},{"$type":"Keyword","value":"expires"},{"$type":"Keyword","value":"must"},{"$type":"Keyword","value":"expire"},{"$type":"Keyword","value":"within"}]},"entry":false,"fragment":false,"parameters":[]},{"$type":"TerminalRule","name":"ID","definition":{"$type":"RegexToken","regex":"/[A-Za-z_][A-Za-z0-9_]*([\\\\-\\\\/][A-Za-z_][A-Za-z0-9_]*)*/","parenthesized":false},"fragment":false,"hidden":false},{"$type":"TerminalRule","name":"BACKTICKED","definition":{"$type":"RegexToken","regex":"/`[^`\\\\r\\\\n]*`/","parenthesized":false},"fragment":false,"hidden":false},{"$type":"TerminalRule","name":"NUMBER","definition":{"$type":"RegexToken","regex":"/[0-9][A-Za-z0-9_]*/","parenthesized":false},"fragment":false,"hidden":false},{"$type":"TerminalRule","name":"STRING","definition":{"$type":"RegexToken","regex":"/\\"[^\\"\\\\r\\\\n]*\\"/","parenthesized":false},"fragment":false,"hidden":false},{"$type":"TerminalRule","name":"CEL_BODY","definition":{"$type":"RegexToken","regex":"/\\\\{[^}]*\\\\}/","parenthesized":false},"fragment":false,"hidden":false},{"$type":"TerminalRule","hidden":true,"name":"WHITESPACE","definition":{"$type":"RegexToken","regex":"/[\\\\s\\\\uFEFF]+/","parenthesized":false},"fragment":false},{"$type":"TerminalRule","hidden":true,"name":"COMMENT","definition":{"$type":"RegexToken","regex":"/\\\\/\\\\/[^\\\\n\\\\r]*/","parenthesized":false},"fragment":false}],"types":[{"$type":"Type","name":"NamedMember","type":{"$type":"UnionType","types":[{"$type":"SimpleType","typeRef":{"$ref":"#/rules@7"}},{"$type":"SimpleType","typeRef":{"$ref":"#/rules@9"}},{"$type":"SimpleType","typeRef":{"$ref":"#/rules@10"}}]}}],"imports":[],"interfaces":[]}'));
  }
});

// ../../tmp/old/src/schema/language/generated/module.ts
var PembaLanguageMetaData, PembaGeneratedSharedModule, PembaGeneratedModule;
var init_module = __esm({
  "../../tmp/old/src/schema/language/generated/module.ts"() {
    init_ast();
    init_grammar();
    PembaLanguageMetaData = {
      languageId: "pemba",
      fileExtensions: [".pemba"],
      caseInsensitive: false,
      mode: "production"
    };
    PembaGeneratedSharedModule = {
      AstReflection: () => new PembaAstReflection()
    };
    PembaGeneratedModule = {
      Grammar: () => PembaGrammar(),
      LanguageMetaData: () => PembaLanguageMetaData,
      parser: {}
    };
  }
});

// ../../tmp/old/src/schema/language/pemba-cst-node-builder.ts
import { CstNodeBuilder } from "langium";
var MOST_AT_ONCE, PembaCstNodeBuilder;
var init_pemba_cst_node_builder = __esm({
  "../../tmp/old/src/schema/language/pemba-cst-node-builder.ts"() {
    MOST_AT_ONCE = 1e4;
    PembaCstNodeBuilder = class extends CstNodeBuilder {
      addHiddenNodes(comments) {
        for (let i = 0; i < comments.length; i += MOST_AT_ONCE) super.addHiddenNodes(comments.slice(i, i + MOST_AT_ONCE));
      }
    };
  }
});

// ../../tmp/old/src/schema/language/pemba-lexer.ts
import { DefaultLexer } from "langium";
function startsMember(tokens, at) {
  const [first, second, third] = [tokens[at]?.image, tokens[at + 1]?.image, tokens[at + 2]?.image];
  if (first === "created" || first === "deleted") return second === "by";
  if (second === "unique" && third === "=") return false;
  return MEMBER_WORDS.has(first) && isWord(tokens[at + 1]) && AFTER_MEMBER_NAME.has(third);
}
function demandsName(tokens, at) {
  const { image } = tokens[at];
  return DEMANDS_A_NAME.has(image) || image === "by" && BEFORE_BY.has(tokens[at - 1]?.image);
}
function missingName(next) {
  return { ...next, tokenType: NOTHING, tokenTypeIdx: NOTHING.tokenTypeIdx };
}
var MEMBER_WORDS, AFTER_MEMBER_NAME, DEMANDS_A_NAME, BEFORE_BY, PembaLexer, NOTHING;
var init_pemba_lexer = __esm({
  "../../tmp/old/src/schema/language/pemba-lexer.ts"() {
    init_token();
    MEMBER_WORDS = /* @__PURE__ */ new Set(["relation", "roles", "permission"]);
    AFTER_MEMBER_NAME = /* @__PURE__ */ new Set([":", "=", ">", "["]);
    DEMANDS_A_NAME = /* @__PURE__ */ new Set(["=", "|", ".", "#", "(", ",", ">", "or", "and", "except", "of", "every"]);
    BEFORE_BY = /* @__PURE__ */ new Set(["created", "deleted", "granted", "revoked"]);
    PembaLexer = class extends DefaultLexer {
      tokenize(text, options) {
        const result = super.tokenize(text, options);
        result.tokens = result.tokens.flatMap((token, i, tokens) => {
          if (!startsMember(tokens, i + 1)) return [token];
          if (token.image === ":") return [];
          return demandsName(tokens, i) ? [token, missingName(tokens[i + 1])] : [token];
        });
        return result;
      }
    };
    NOTHING = { name: "NOTHING", tokenTypeIdx: -1 };
  }
});

// ../../tmp/old/src/schema/language/pemba-parser-messages.ts
import { LangiumParserErrorMessageProvider } from "langium";
function missingSubject(actual) {
  return message("expected a subject such as `user` or `team#member`", actual);
}
function expectedWords(ruleName) {
  switch (plainRule(ruleName)) {
    case "SchemaFile":
      return ["type", "schema", "import", "extend", "condition"];
    case "TypeDeclaration":
    case "TypeExtension":
      return ["relation", "roles", "permission", "require", "created", "deleted", "unique", "granted", "revoked", "or", "and", "except"];
    default:
      return [];
  }
}
function message(expected, actual) {
  if (RESERVED_WORDS.has(actual.image) && expected === A_NAME) {
    return `${A_NAME}, found the reserved word \`${actual.image}\`; write it in backticks if it is meant as a name`;
  }
  return `${expected}, found ${found(actual)}`;
}
function found(token) {
  return token.tokenType.name === "EOF" ? "the end of the file" : quoted(token.image.split(/\r?\n/, 1)[0]);
}
function expectedToken(expected, rule) {
  if (expected.name === "EOF") return DECLARATION;
  if (expected.name === "}" && (rule === "TypeDeclaration" || rule === "TypeExtension")) return MEMBER;
  if (expected.name === "=" && rule === "Permission") return "expected `=` and an expression";
  return `expected ${tokenInWords(expected)}`;
}
function expectedAlternative(paths, rule) {
  const words = paths.flat().map(([first]) => first);
  return BY_RULE[rule] ?? `expected ${[...new Set(words.map(tokenInWords))].join(" or ")}`;
}
function tokenInWords(type) {
  switch (type.name) {
    case "ID":
    case "BACKTICKED":
      return "a name";
    case "NUMBER":
      return "a number";
    case "STRING":
      return "a file name in double quotes";
    case "CEL_BODY":
      return "a condition in braces";
    default:
      return `\`${type.name}\``;
  }
}
function plainRule(ruleName) {
  return ruleName.replace("\u200B", "");
}
var PembaParserMessages, DECLARATION, MEMBER, A_NAME, BY_RULE;
var init_pemba_parser_messages = __esm({
  "../../tmp/old/src/schema/language/pemba-parser-messages.ts"() {
    init_reference();
    init_token();
    PembaParserMessages = class extends LangiumParserErrorMessageProvider {
      buildMismatchTokenMessage({ expected, actual, ruleName }) {
        return message(expectedToken(expected, plainRule(ruleName)), actual);
      }
      buildNoViableAltMessage({ expectedPathsPerAlt, actual, ruleName }) {
        return message(expectedAlternative(expectedPathsPerAlt, plainRule(ruleName)), actual[0]);
      }
      buildNotAllInputParsedMessage({ firstRedundant }) {
        return message(DECLARATION, firstRedundant);
      }
    };
    DECLARATION = "expected a declaration such as `type`";
    MEMBER = "expected `relation`, `roles`, `permission` or `}`";
    A_NAME = "expected a name";
    BY_RULE = {
      Name: A_NAME,
      NewName: A_NAME,
      MemberName: A_NAME,
      Operand: "expected an expression",
      Rule: "expected a rule, such as `one of a, b`, `a excludes b` or `a contains b`"
    };
  }
});

// ../../tmp/old/src/schema/language/pemba-scope-provider.ts
import {
  AstUtils as AstUtils8,
  EMPTY_STREAM,
  stream
} from "langium";
function visibleNames({ container, property }) {
  if (property === "type") {
    const file = AstUtils8.getContainerOfType(container, isSchemaFile);
    return [typesByName(file)];
  }
  if (isSubject(container) && property === "relation") {
    const type2 = container.type?.ref;
    return type2 === void 0 ? [] : [membersByName(type2)];
  }
  if (property === "targets") {
    const relation = isArrow(container) || isEvery(container) ? memberOf(container.relation) : void 0;
    return relation === void 0 ? [] : namesBehind(relation);
  }
  if (property === "condition") return [];
  const type = AstUtils8.getContainerOfType(container, isTypeDeclaration);
  return type === void 0 ? [] : [membersByName(type)];
}
function namesBehind(relation) {
  return subjectTypesOf(relation).map(membersByName);
}
var PembaScopeProvider, NamesScope;
var init_pemba_scope_provider = __esm({
  "../../tmp/old/src/schema/language/pemba-scope-provider.ts"() {
    init_ast();
    init_members();
    PembaScopeProvider = class {
      #descriptions;
      constructor(services2) {
        this.#descriptions = services2.workspace.AstNodeDescriptionProvider;
      }
      getScope(info) {
        return new NamesScope(visibleNames(info), this.#descriptions);
      }
    };
    NamesScope = class {
      #names;
      #descriptions;
      constructor(names, descriptions) {
        this.#names = names;
        this.#descriptions = descriptions;
      }
      getElement(name) {
        return this.getElements(name).head();
      }
      getElements(name) {
        return stream(this.#names).flatMap((names) => {
          const node = names.get(name);
          return node === void 0 ? EMPTY_STREAM : stream([this.#descriptions.createDescription(node, name)]);
        });
      }
      getAllElements() {
        return stream(this.#names).flatMap(
          (names) => stream(names).map(([name, node]) => this.#descriptions.createDescription(node, name))
        );
      }
    };
  }
});

// ../../tmp/old/src/schema/language/cel-body.ts
function endOfCelBody(text, open) {
  PIECE.lastIndex = open;
  let depth = 0;
  for (let piece = PIECE.exec(text); piece !== null; piece = PIECE.exec(text)) {
    if (piece[0] === "{") depth++;
    if (piece[0] === "}") depth--;
    if (depth === 0) return PIECE.lastIndex;
    if (depth > MAX_BRACES) return void 0;
  }
  return void 0;
}
var PIECE, MAX_BRACES;
var init_cel_body = __esm({
  "../../tmp/old/src/schema/language/cel-body.ts"() {
    PIECE = /\/\/[^\r\n]*|"""[^]*?"""|'''[^]*?'''|"(?:\\.|[^"\\\r\n])*"|'(?:\\.|[^'\\\r\n])*'|[{}]/g;
    MAX_BRACES = 100;
  }
});

// ../../tmp/old/src/schema/language/pemba-token-builder.ts
import { DefaultTokenBuilder } from "langium";
function matchCelBody(text, offset, before) {
  if (text[offset] !== "{" || before.at(-1)?.image !== ")") return null;
  const end = endOfCelBody(text, offset);
  return end === void 0 ? null : [text.slice(offset, end)];
}
var CEL_BODY, PembaTokenBuilder;
var init_pemba_token_builder = __esm({
  "../../tmp/old/src/schema/language/pemba-token-builder.ts"() {
    init_cel_body();
    CEL_BODY = "CEL_BODY";
    PembaTokenBuilder = class extends DefaultTokenBuilder {
      buildTokens(...args) {
        const tokens = super.buildTokens(...args);
        return [...tokens.filter((t) => t.name === CEL_BODY), ...tokens.filter((t) => t.name !== CEL_BODY)];
      }
      buildTerminalToken(terminal) {
        if (terminal.name !== CEL_BODY) return super.buildTerminalToken(terminal);
        return { name: CEL_BODY, PATTERN: matchCelBody, LINE_BREAKS: true, START_CHARS_HINT: ["{"] };
      }
    };
  }
});

// ../../tmp/old/src/schema/language/pemba-value-converter.ts
import { DefaultValueConverter } from "langium";
var PembaValueConverter;
var init_pemba_value_converter = __esm({
  "../../tmp/old/src/schema/language/pemba-value-converter.ts"() {
    PembaValueConverter = class extends DefaultValueConverter {
      runConverter(rule, input, cstNode) {
        if (rule.name === "BACKTICKED") return input.slice(1, -1);
        return super.runConverter(rule, input, cstNode);
      }
    };
  }
});

// ../../tmp/old/src/schema/language/pemba-services.ts
import {
  createDefaultCoreModule,
  createDefaultSharedCoreModule,
  createLangiumParser,
  EmptyFileSystem,
  inject
} from "langium";
function withOurNodeBuilder(parser) {
  return Object.assign(parser, { nodeBuilder: new PembaCstNodeBuilder() });
}
function pembaServices() {
  services ??= createPembaServices();
  return services;
}
function discardPembaServices() {
  services = void 0;
}
function createPembaServices() {
  const shared = inject(createDefaultSharedCoreModule(EmptyFileSystem), PembaGeneratedSharedModule);
  const language = inject(createDefaultCoreModule({ shared }), PembaGeneratedModule, PembaModule);
  shared.ServiceRegistry.register(language);
  return language;
}
var PembaModule, services;
var init_pemba_services = __esm({
  "../../tmp/old/src/schema/language/pemba-services.ts"() {
    init_module();
    init_pemba_cst_node_builder();
    init_pemba_lexer();
    init_pemba_parser_messages();
    init_pemba_scope_provider();
    init_pemba_token_builder();
    init_pemba_value_converter();
    PembaModule = {
      parser: {
        LangiumParser: (services2) => withOurNodeBuilder(createLangiumParser(services2)),
        TokenBuilder: () => new PembaTokenBuilder(),
        Lexer: (services2) => new PembaLexer(services2),
        ValueConverter: () => new PembaValueConverter(),
        ParserErrorMessageProvider: () => new PembaParserMessages()
      },
      references: {
        ScopeProvider: (services2) => new PembaScopeProvider(services2)
      }
    };
  }
});

// ../../tmp/old/src/schema/link/unresolved.ts
import { AstUtils as AstUtils9 } from "langium";
function reportUnresolved({ tree, damage }, report) {
  if (hasDeclarationsElsewhere(tree)) return;
  for (const node of supportedNodes(tree)) {
    for (const info of AstUtils9.streamReferences(node)) {
      const { error, $refText, $refNode } = info.reference;
      if (error === void 0 || damage.words.has($refText)) continue;
      if (RESERVED_WORDS.has($refNode?.text ?? "")) continue;
      const unresolved = describe(info);
      if (unresolved === void 0) continue;
      const suggestion = nearest($refText, unresolved.known);
      const message2 = suggestion === void 0 ? `${unresolved.message}${instead(unresolved)}` : unresolved.message;
      report.error($refNode, unresolved.code, message2, { suggestion });
    }
  }
}
function describe({ container, property, reference }) {
  const name = reference.$refText;
  if (isSubject(container) && property === "type") return unknownType(container, name);
  if (isSubject(container) && property === "relation") return unknownSetName(container, name);
  if (isNameExpression(container)) return unknownMember(container, name);
  if (isArrow(container) || isEvery(container)) return unknownBehind(container.relation, name);
  return void 0;
}
function unknownType(subject, name) {
  const known = [...typesByName(AstUtils9.getContainerOfType(subject, isSchemaFile)).keys()];
  return { code: "unknown-type", message: `unknown type ${quoted(name)}`, known };
}
function unknownSetName(subject, name) {
  const type = subject.type?.ref;
  return type === void 0 ? void 0 : noSuchMember(type.name, name, [...membersByName(type).keys()]);
}
function unknownMember(expression, name) {
  const type = AstUtils9.getContainerOfType(expression, isTypeDeclaration);
  return type === void 0 ? void 0 : noSuchMember(type.name, name, [...membersByName(type).keys()]);
}
function noSuchMember(type, name, known) {
  return {
    code: "unknown-relation",
    message: `type ${quoted(type)} has no relation or permission ${quoted(name)}`,
    known
  };
}
function unknownBehind(expression, name) {
  const relation = memberOf(expression);
  if (relation === void 0) return void 0;
  const types = subjectTypesOf(relation);
  const isFullyKnown = subjectsOf(relation).every((subject) => subject.type?.ref !== void 0);
  if (types.length === 0 || !isFullyKnown) return void 0;
  const known = types.flatMap((type) => [...membersByName(type).keys()]);
  if (types.length === 1) return noSuchMember(types[0].name, name, known);
  const list = types.map((type) => quoted(type.name)).join(", ");
  return {
    code: "unknown-relation",
    message: `none of the types that ${quoted(relation.name)} leads to (${list}) has a relation or permission ${quoted(name)}`,
    known
  };
}
function instead({ code, known }) {
  const declare = code === "unknown-type" ? "declare it with `type`" : "declare it there";
  const names = [...new Set(known)];
  if (names.length === 0 || names.length > MOST_NAMES_LISTED) return `; ${declare}`;
  return `; ${declare}, or write ${names.map(quoted).join(" or ")}`;
}
var MOST_NAMES_LISTED;
var init_unresolved = __esm({
  "../../tmp/old/src/schema/link/unresolved.ts"() {
    init_nearest();
    init_reference();
    init_ast();
    init_members();
    init_token();
    init_not_supported();
    MOST_NAMES_LISTED = 5;
  }
});

// ../../tmp/old/src/schema/link.ts
import { DocumentState } from "langium";
async function link(parsed, report) {
  parsed.document.state = DocumentState.ComputedScopes;
  await pembaServices().references.Linker.link(parsed.document);
  parsed.document.state = DocumentState.Linked;
  reportUnresolved(parsed, report);
}
var init_link = __esm({
  "../../tmp/old/src/schema/link.ts"() {
    init_pemba_services();
    init_unresolved();
  }
});

// ../../tmp/old/src/schema/parse/token-range.ts
function tokenRange(token) {
  const start = { line: (token.startLine ?? 1) - 1, character: (token.startColumn ?? 1) - 1 };
  const end = { line: (token.endLine ?? 1) - 1, character: token.endColumn ?? start.character };
  return { start, end };
}
function endRange(text) {
  const lines = text.trimEnd().split(/\r\n|\r|\n/);
  const end = { line: lines.length - 1, character: lines[lines.length - 1].length };
  return { start: end, end };
}
var init_token_range = __esm({
  "../../tmp/old/src/schema/parse/token-range.ts"() {
  }
});

// ../../tmp/old/src/schema/parse/unreadable-text.ts
function unreadableText(text, error) {
  const { offset } = error;
  for (const [pattern, instead2] of INSTEAD) {
    const [mark] = pattern.exec(text.slice(offset, offset + 2)) ?? [];
    if (mark !== void 0) return finding(mark, instead2, error);
  }
  const [stretch] = text.slice(offset, offset + error.length).split(/[\r\n]/, 1);
  return finding(stretch, OTHERWISE, error);
}
function finding(refused, instead2, { line, column }) {
  const start = { line: (line ?? 1) - 1, character: (column ?? 1) - 1 };
  const end = { line: start.line, character: start.character + refused.length };
  return { message: `${quoted(refused)} has no meaning here; ${instead2}`, range: { start, end } };
}
var INSTEAD, OTHERWISE;
var init_unreadable_text = __esm({
  "../../tmp/old/src/schema/parse/unreadable-text.ts"() {
    init_reference();
    INSTEAD = [
      [/^->/, "an arrow is written `relation.name`"],
      [/^\+/, "write `or`"],
      [/^&&?/, "write `and`"],
      [/^(?:-|!)/, "write `except`"],
      [/^;/, "declarations end without a mark"],
      [/^\/\*/, "comments start with `//` and end with the line"],
      [/^`/, "a name in backticks ends with a backtick on the same line"],
      [/^"/, "text in double quotes ends with a quote on the same line"],
      [/^[']/, "names stand without quotes, or in backticks"]
    ];
    OTHERWISE = "names are letters, digits and `_`, in segments joined by `-` or `/`";
  }
});

// ../../tmp/old/src/schema/parse/syntax-errors.ts
function reportSyntaxErrors(result, text, tokens, report) {
  const linesWithError = /* @__PURE__ */ new Set();
  for (const error of result.lexerErrors) {
    const { message: message2, range } = unreadableText(text, error);
    linesWithError.add(range.start.line);
    report.error(range, "syntax", message2);
  }
  for (const error of result.parserErrors) {
    const range = isAtEnd(error) ? endRange(text) : tokenRange(error.token);
    const previous = tokenBefore(error, tokens);
    if (linesWithError.has(range.start.line) || isBehindUnreadable(error, previous, result.lexerErrors)) continue;
    linesWithError.add(range.start.line);
    report.error(range, "syntax", messageOf(error, previous), { suggestion: misspeltWord(error) });
  }
}
function tokenBefore(error, tokens) {
  if (isAtEnd(error)) return tokens.at(-1);
  let low = 0;
  let high = tokens.length;
  while (low < high) {
    const middle = low + high >> 1;
    if (tokens[middle].startOffset < error.token.startOffset) low = middle + 1;
    else high = middle;
  }
  return tokens[low - 1];
}
function messageOf(error, previous) {
  return previous !== void 0 && BEFORE_SUBJECT.has(previous.image) ? missingSubject(error.token) : error.message;
}
function isAtEnd({ token }) {
  return token.tokenType.name === "EOF";
}
function isBehindUnreadable(error, previous, refused) {
  const start = previous?.startOffset ?? -1;
  const end = isAtEnd(error) ? Number.POSITIVE_INFINITY : error.token.startOffset;
  return refused.some(({ offset }) => offset > start && offset < end);
}
function misspeltWord({ token, context }) {
  const rule = context.ruleStack.at(-1);
  const word = rule !== void 0 && isWord(token) ? nearest(token.image, expectedWords(rule)) : void 0;
  return word === token.image ? void 0 : word;
}
var BEFORE_SUBJECT;
var init_syntax_errors = __esm({
  "../../tmp/old/src/schema/parse/syntax-errors.ts"() {
    init_nearest();
    init_pemba_parser_messages();
    init_token();
    init_token_range();
    init_unreadable_text();
    BEFORE_SUBJECT = /* @__PURE__ */ new Set([":", "|"]);
  }
});

// ../../tmp/old/src/schema/parse/damage.ts
function damageOf(result, tokens) {
  const lines = /* @__PURE__ */ new Set();
  const skipped = [];
  for (const error of result.lexerErrors) lines.add((error.line ?? 1) - 1);
  for (const error of result.parserErrors) {
    for (const token of [error.token, tokenBefore(error, tokens)]) {
      if (token?.startLine !== void 0 && !Number.isNaN(token.startLine)) lines.add(token.startLine - 1);
    }
    for (const token of error.resyncedTokens) skipped.push(token);
  }
  const unsure = tokens.filter((token) => lines.has((token.startLine ?? 0) - 1));
  const words = [...skipped, ...unsure].filter(isWord).map(({ image }) => image.replaceAll("`", ""));
  return { lines, words: new Set(words) };
}
var init_damage = __esm({
  "../../tmp/old/src/schema/parse/damage.ts"() {
    init_token();
    init_syntax_errors();
  }
});

// ../../tmp/old/src/schema/parse/limits.ts
function isWithinSize(text, report) {
  const bytes = Buffer.byteLength(text);
  if (bytes <= MAX_SOURCE_BYTES) return true;
  report.error(
    void 0,
    "file-too-large",
    `the file has ${bytes} bytes, and at most ${MAX_SOURCE_BYTES} are allowed; write a smaller schema`
  );
  return false;
}
function isWithinNesting(tokens, report) {
  const tooDeep = firstTooDeep(tokens);
  if (tooDeep === void 0) return true;
  report.error(
    tokenRange(tooDeep),
    "nesting-too-deep",
    `parentheses are nested more than ${MAX_NESTING} deep; give inner parts names of their own with \`permission\``
  );
  return false;
}
function firstTooDeep(tokens) {
  let depth = 0;
  for (const token of tokens) {
    if (OUTSIDE_PARENTHESES.has(token.image)) depth = 0;
    if (CLOSING.has(token.image)) depth = Math.max(0, depth - 1);
    if (OPENING.has(token.image)) depth++;
    if (depth > MAX_NESTING) return token;
  }
  return void 0;
}
var MAX_SOURCE_BYTES, MAX_NESTING, OPENING, CLOSING, OUTSIDE_PARENTHESES;
var init_limits = __esm({
  "../../tmp/old/src/schema/parse/limits.ts"() {
    init_token_range();
    MAX_SOURCE_BYTES = 1048576;
    MAX_NESTING = 100;
    OPENING = /* @__PURE__ */ new Set(["(", "<"]);
    CLOSING = /* @__PURE__ */ new Set([")", ">"]);
    OUTSIDE_PARENTHESES = /* @__PURE__ */ new Set(["{", "}", "=", ":"]);
  }
});

// ../../tmp/old/src/schema/parse.ts
import { URI } from "langium";
function parse(file, report) {
  if (!isWithinSize(file.text, report)) return void 0;
  const services2 = pembaServices();
  const { tokens } = services2.parser.Lexer.tokenize(file.text);
  if (!isWithinNesting(tokens, report)) return void 0;
  const document = documentOf(file.text, services2);
  reportSyntaxErrors(document.parseResult, file.text, tokens, report);
  return {
    path: file.path,
    document,
    tree: document.parseResult.value,
    damage: damageOf(document.parseResult, tokens)
  };
}
function documentOf(text, services2) {
  try {
    return services2.shared.workspace.LangiumDocumentFactory.fromString(text, DOCUMENT_URI);
  } catch (error) {
    discardPembaServices();
    throw error;
  }
}
var DOCUMENT_URI;
var init_parse = __esm({
  "../../tmp/old/src/schema/parse.ts"() {
    init_pemba_services();
    init_damage();
    init_limits();
    init_syntax_errors();
    DOCUMENT_URI = URI.parse("pemba:/schema.pemba");
  }
});

// ../../tmp/old/src/schema/report.ts
function rangeOf(where) {
  if (where === void 0) return FILE_START;
  return "range" in where ? where.range : where;
}
var Report, FILE_START;
var init_report = __esm({
  "../../tmp/old/src/schema/report.ts"() {
    Report = class {
      path;
      #diagnostics = [];
      constructor(path2) {
        this.path = path2;
      }
      /** @param where a place, or a node of the syntax tree; undefined stands for the start of the file */
      error(where, code, message2, hints = {}) {
        this.#diagnostics.push(this.#diagnostic("error", where, code, message2, hints));
      }
      warning(where, code, message2, hints = {}) {
        this.#diagnostics.push(this.#diagnostic("warning", where, code, message2, hints));
      }
      /** Takes back the warnings about what an error in the same place is about already. */
      silenceWhereErrors() {
        const placeOf = (d) => `${d.line}:${d.column}`;
        const errors = new Set(this.#diagnostics.filter((d) => d.severity === "error").map(placeOf));
        this.silence((warning) => errors.has(placeOf(warning)));
      }
      /** Takes back the warnings that `isSilenced` picks. */
      silence(isSilenced) {
        this.#diagnostics = this.#diagnostics.filter((d) => d.severity === "error" || !isSilenced(d));
      }
      hasErrors() {
        return this.#diagnostics.some((d) => d.severity === "error");
      }
      /** Everything reported so far, by position; what stands in one place keeps the order of the stages. */
      sorted() {
        return this.#diagnostics.toSorted((a, b) => a.line - b.line || a.column - b.column);
      }
      #diagnostic(severity, where, code, message2, { suggestion }) {
        const { start, end } = rangeOf(where);
        return {
          severity,
          code,
          file: this.path,
          line: start.line + 1,
          column: start.character + 1,
          endLine: end.line + 1,
          endColumn: end.character + 1,
          message: suggestion === void 0 ? message2 : `${message2}; did you mean \`${suggestion}\`?`,
          ...suggestion === void 0 ? {} : { suggestion }
        };
      }
    };
    FILE_START = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
  }
});

// ../../tmp/old/src/schema/front-end.ts
var front_end_exports = {};
__export(front_end_exports, {
  runFrontEnd: () => runFrontEnd
});
async function runFrontEnd(file) {
  const report = new Report(file.path);
  const parsed = parse(file, report);
  if (parsed !== void 0) {
    await link(parsed, report);
    check(parsed, report);
  }
  const schema = parsed === void 0 || report.hasErrors() ? void 0 : compile(parsed);
  return { schema, diagnostics: report.sorted() };
}
var init_front_end = __esm({
  "../../tmp/old/src/schema/front-end.ts"() {
    init_check();
    init_compile();
    init_link();
    init_parse();
    init_report();
  }
});

// ../../tmp/old/src/base/limits.ts
init_errors();
var LIMITS = {
  walkDepth: { default: 500, max: 1e3, unit: "levels", doc: "how deep one check may nest through sets and arrows" },
  walkVisits: { default: 1e6, max: 1e8, unit: "steps", doc: "work of one check, or of one batch: members and tuples looked at" },
  batchChecks: { default: 1e3, max: 1e4, unit: "checks", doc: "checks in one BatchCheck" },
  contextualTuples: { default: 100, max: 1e3, unit: "tuples", doc: "contextual tuples of one request" },
  writeUpdates: { default: 1e3, max: 1e3, unit: "updates", doc: "updates in one Write; a revision holds no more" },
  writePreconditions: { default: 100, max: 1e3, unit: "preconditions", doc: "preconditions of one Write" },
  metadataBytes: { default: 65536, max: 1048576, unit: "bytes", doc: "the caller's metadata of one Write, as JSON" },
  idempotencyKeyBytes: { default: 256, max: 1024, unit: "bytes", doc: "an idempotency key" },
  writeQueue: { default: 1e4, max: 1e6, unit: "writes", doc: "writes of one store that wait for their turn" },
  readPage: { default: 1e3, max: 1e4, unit: "tuples", doc: "one page of Read" },
  snapshotChanges: { default: 1e5, max: 1e7, unit: "changes", doc: "changes between an exact snapshot and now that a check undoes" },
  schemaBytes: { default: 1048576, max: 4194304, unit: "bytes", doc: "the text of a schema" },
  requestBytes: { default: 4194304, max: 67108864, unit: "bytes", doc: "one request" },
  credentials: { default: 1e3, max: 1e5, unit: "credentials", doc: "credentials of one store that are neither revoked nor expired" },
  stores: { default: 1e4, max: 1e6, unit: "stores", doc: "stores of one deployment" }
};
function defaultLimits() {
  const entries = Object.entries(LIMITS).map(([name, entry]) => [name, entry.default]);
  return Object.fromEntries(entries);
}
function limitReached(name, limit, field) {
  const entry = LIMITS[name];
  return new PembaError(
    "LIMIT",
    `limit ${name} reached: ${entry.doc} is limited to ${limit} ${entry.unit}`,
    field === void 0 ? {} : { field }
  );
}

// ../../tmp/old/src/engine/engine.ts
init_errors();

// ../../tmp/old/src/engine/memo.ts
var NO = 0;
var YES = 2;
var OPEN = 3;
var PROVISIONAL = 4;
var FORGOTTEN = 5;
var FIRST_SLOTS = 1 << 10;
var Memo = class {
  slots = FIRST_SLOTS;
  generation = 1;
  generations = new Uint32Array(FIRST_SLOTS);
  members = new Uint32Array(FIRST_SLOTS);
  objects = new Uint32Array(FIRST_SLOTS);
  entryOfSlot = new Uint32Array(FIRST_SLOTS);
  entries = 0;
  /** By entry: the state, the value while provisional, and the order while open or the earliest order it hangs on. */
  states = [];
  values = [];
  lows = [];
  clear() {
    this.generation++;
    this.entries = 0;
    if (this.generation === 4294967295) {
      this.generations.fill(0);
      this.generation = 1;
    }
  }
  /** The entry of a sub-problem; a new one is {@link FORGOTTEN}. Entries count from 0. */
  entry(member, object) {
    const mask = this.slots - 1;
    let slot = (Math.imul(object, 2654435761) ^ Math.imul(member, 2246822519)) >>> 7;
    for (slot &= mask; this.generations[slot] === this.generation; slot = slot + 1 & mask) {
      if (this.objects[slot] === object && this.members[slot] === member) return this.entryOfSlot[slot];
    }
    if ((this.entries + 1) * 2 > this.slots) {
      this.grow();
      return this.entry(member, object);
    }
    this.generations[slot] = this.generation;
    this.members[slot] = member;
    this.objects[slot] = object;
    const entry = this.entries++;
    this.entryOfSlot[slot] = entry;
    this.states[entry] = FORGOTTEN;
    return entry;
  }
  grow() {
    const { generations, members, objects, entryOfSlot, generation } = this;
    this.slots *= 2;
    this.generations = new Uint32Array(this.slots);
    this.members = new Uint32Array(this.slots);
    this.objects = new Uint32Array(this.slots);
    this.entryOfSlot = new Uint32Array(this.slots);
    this.generation = 1;
    const mask = this.slots - 1;
    for (let old = 0; old < generations.length; old++) {
      if (generations[old] !== generation) continue;
      let slot = (Math.imul(objects[old], 2654435761) ^ Math.imul(members[old], 2246822519)) >>> 7;
      for (slot &= mask; this.generations[slot] === 1; ) slot = slot + 1 & mask;
      this.generations[slot] = 1;
      this.members[slot] = members[old];
      this.objects[slot] = objects[old];
      this.entryOfSlot[slot] = entryOfSlot[old];
    }
  }
};

// ../../tmp/old/src/graph/graph.ts
init_reference();

// ../../tmp/old/src/graph/column.ts
var SEGMENT_BITS = 16;
var SEGMENT_LENGTH = 1 << SEGMENT_BITS;
var SEGMENT_MASK = SEGMENT_LENGTH - 1;
var FIRST_LENGTH = 64;
var Column = class {
  segments = [new Uint32Array(FIRST_LENGTH)];
  capacity = FIRST_LENGTH;
  get(index) {
    return this.segments[index >>> SEGMENT_BITS][index & SEGMENT_MASK];
  }
  /** The index must be below what {@link reserve} was last asked for. */
  set(index, value) {
    this.segments[index >>> SEGMENT_BITS][index & SEGMENT_MASK] = value;
  }
  /** Makes room for indexes below `length`; new entries are 0. */
  reserve(length) {
    while (this.capacity < length) {
      if (this.capacity < SEGMENT_LENGTH) {
        const wider = new Uint32Array(this.capacity * 2);
        wider.set(this.segments[0]);
        this.segments[0] = wider;
        this.capacity *= 2;
      } else {
        this.segments.push(new Uint32Array(SEGMENT_LENGTH));
        this.capacity += SEGMENT_LENGTH;
      }
    }
  }
  /** Bytes held. */
  get byteLength() {
    return this.capacity * Uint32Array.BYTES_PER_ELEMENT;
  }
};

// ../../tmp/old/src/graph/hash-index.ts
var FIRST_BUCKETS = 16;
var HashIndex = class {
  /** First row of each bucket's chain, 0 if empty. */
  heads = new Column();
  /** The row after this one in its chain. */
  next = new Column();
  rows = 0;
  buckets = FIRST_BUCKETS;
  /** Buckets at the start of the current round of splits, less one. */
  roundMask = FIRST_BUCKETS - 1;
  constructor() {
    this.heads.reserve(FIRST_BUCKETS);
  }
  get size() {
    return this.rows;
  }
  get indexByteLength() {
    return this.heads.byteLength + this.next.byteLength;
  }
  /** The bucket in which rows of this hash are chained. */
  bucketOf(hash) {
    const bucket = hash & this.roundMask * 2 + 1;
    return bucket < this.buckets ? bucket : hash & this.roundMask;
  }
  link(row, hash) {
    this.next.reserve(row + 1);
    const bucket = this.bucketOf(hash);
    this.next.set(row, this.heads.get(bucket));
    this.heads.set(bucket, row);
    this.rows++;
    if (this.rows > this.buckets) this.splitOneBucket();
  }
  unlink(row, hash) {
    const bucket = this.bucketOf(hash);
    let at = this.heads.get(bucket);
    if (at === row) {
      this.heads.set(bucket, this.next.get(row));
    } else {
      for (; ; ) {
        const after = this.next.get(at);
        if (after === row) break;
        at = after;
      }
      this.next.set(at, this.next.get(row));
    }
    this.rows--;
  }
  splitOneBucket() {
    const target = this.buckets;
    const source = target - (this.roundMask + 1);
    this.heads.reserve(target + 1);
    let row = this.heads.get(source);
    let stay = 0;
    let move = 0;
    const bit = this.roundMask + 1;
    while (row !== 0) {
      const after = this.next.get(row);
      if ((this.hashOfRow(row) & bit) === 0) {
        this.next.set(row, stay);
        stay = row;
      } else {
        this.next.set(row, move);
        move = row;
      }
      row = after;
    }
    this.heads.set(source, stay);
    this.heads.set(target, move);
    this.buckets++;
    if (this.buckets === (this.roundMask + 1) * 2) this.roundMask = this.roundMask * 2 + 1;
  }
};
function mix(a, b) {
  let h = Math.imul(a, 2654435761) ^ Math.imul(b, 2246822519);
  h ^= h >>> 15;
  h = Math.imul(h, 739982445);
  h ^= h >>> 13;
  return h >>> 0;
}

// ../../tmp/old/src/graph/edges.ts
var Edges = class extends HashIndex {
  froms = new Column();
  tos = new Column();
  /** Neighbours in the out-list of the edge's `from`. */
  nextOut = new Column();
  previousOut = new Column();
  /** Neighbours in the in-list of the edge's `to`. */
  nextIn = new Column();
  previousIn = new Column();
  columns = [
    this.froms,
    this.tos,
    this.nextOut,
    this.previousOut,
    this.nextIn,
    this.previousIn
  ];
  free = [];
  last = 0;
  /** The edge's number, or 0. */
  find(from, to) {
    let row = this.heads.get(this.bucketOf(mix(from, to)));
    while (row !== 0) {
      if (this.froms.get(row) === from && this.tos.get(row) === to) return row;
      row = this.next.get(row);
    }
    return 0;
  }
  /** Adds an edge that {@link find} did not find; it is in no list yet. */
  add(from, to) {
    const row = this.free.pop() ?? ++this.last;
    for (const column of this.columns) {
      column.reserve(row + 1);
      column.set(row, 0);
    }
    this.froms.set(row, from);
    this.tos.set(row, to);
    this.link(row, mix(from, to));
    return row;
  }
  remove(row) {
    this.unlink(row, this.hashOfRow(row));
    this.free.push(row);
  }
  from(row) {
    return this.froms.get(row);
  }
  to(row) {
    return this.tos.get(row);
  }
  get byteLength() {
    return this.columns.reduce((sum, column) => sum + column.byteLength, this.indexByteLength);
  }
  hashOfRow(row) {
    return mix(this.froms.get(row), this.tos.get(row));
  }
};

// ../../tmp/old/src/graph/name-slab.ts
var UNIT = 8;
var SEGMENT_BYTES = 1 << 20;
var SEGMENT_SHIFT = 17;
var PLACE_MASK = SEGMENT_BYTES / UNIT - 1;
var FIRST_SEGMENT_BYTES = 1 << 12;
var LONGEST_NAME = 1024;
var SEED = crypto.getRandomValues(new Uint32Array(1))[0];
var LONE_SURROGATE = /\p{Surrogate}/u;
var encoder = new TextEncoder();
var decoder = new TextDecoder();
var EncodedName = class {
  bytes = new Uint8Array(LONGEST_NAME * 3);
  length = 0;
  hash = 0;
  /**
   * Encodes `text` from `start`; to no bytes at all if UTF-8 has none for it. No allocation, as this is on
   * the path of every check.
   */
  encode(text, start = 0) {
    const length = text.length - start;
    if (length > LONGEST_NAME) return this.encodeSlowly(text.slice(start));
    let hash = SEED;
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(start + i);
      if (unit >= 128) return this.encodeSlowly(text.slice(start));
      this.bytes[i] = unit;
      hash = Math.imul(hash ^ unit, 16777619);
    }
    this.length = length;
    this.hash = (hash ^ hash >>> 15) >>> 0;
    return this;
  }
  encodeSlowly(text) {
    const { written } = encoder.encodeInto(LONE_SURROGATE.test(text) ? "" : text, this.bytes);
    let hash = SEED;
    for (let i = 0; i < written; i++) hash = Math.imul(hash ^ this.bytes[i], 16777619);
    this.length = written;
    this.hash = (hash ^ hash >>> 15) >>> 0;
    return this;
  }
};
var NameSlab = class {
  segments = [];
  freeByUnits = [];
  /** The next unused place of the last segment, in units of the whole slab. */
  end = 0;
  /** Stores the name and returns its place. */
  store(name) {
    const units = unitsOf(name.length);
    const place = this.freeByUnits[units]?.pop() ?? this.extend(units);
    const bytes = this.segments[place >>> SEGMENT_SHIFT];
    const at = (place & PLACE_MASK) * UNIT;
    for (let i = 0; i < name.length; i++) bytes[at + i] = name.bytes[i];
    return place;
  }
  release(place, length) {
    const units = unitsOf(length);
    this.freeByUnits[units] ??= [];
    this.freeByUnits[units].push(place);
  }
  equals(place, name) {
    const bytes = this.segments[place >>> SEGMENT_SHIFT];
    const at = (place & PLACE_MASK) * UNIT;
    for (let i = 0; i < name.length; i++) {
      if (bytes[at + i] !== name.bytes[i]) return false;
    }
    return true;
  }
  text(place, length) {
    const bytes = this.segments[place >>> SEGMENT_SHIFT];
    const at = (place & PLACE_MASK) * UNIT;
    return decoder.decode(bytes.subarray(at, at + length));
  }
  get byteLength() {
    return this.segments.reduce((sum, segment) => sum + segment.length, 0);
  }
  extend(units) {
    if (this.end + units - 1 >>> SEGMENT_SHIFT !== this.end >>> SEGMENT_SHIFT) {
      this.end = ((this.end >>> SEGMENT_SHIFT) + 1) * (PLACE_MASK + 1);
    }
    this.growTo(this.end >>> SEGMENT_SHIFT, ((this.end & PLACE_MASK) + units) * UNIT);
    const place = this.end;
    this.end += units;
    return place;
  }
  growTo(segment, bytes) {
    const have = this.segments[segment] ?? new Uint8Array(0);
    if (have.length >= bytes) return;
    let size = Math.max(have.length, segment === 0 ? FIRST_SEGMENT_BYTES : SEGMENT_BYTES);
    while (size < bytes) size *= 2;
    const wider = new Uint8Array(size);
    wider.set(have);
    this.segments[segment] = wider;
  }
};
function unitsOf(length) {
  return Math.ceil(length / UNIT);
}

// ../../tmp/old/src/graph/nodes.ts
var Nodes = class extends HashIndex {
  objects = new Column();
  relations = new Column();
  firstPlain = new Column();
  firstSet = new Column();
  firstIn = new Column();
  plainCounts = new Column();
  setCounts = new Column();
  inCounts = new Column();
  /** 1 while the node waits to be given back. */
  waiting = new Column();
  columns = [
    this.objects,
    this.relations,
    this.firstPlain,
    this.firstSet,
    this.firstIn,
    this.plainCounts,
    this.setCounts,
    this.inCounts,
    this.waiting
  ];
  free = [];
  last = 0;
  /** The node's number, or 0. */
  find(object, relation) {
    let row = this.heads.get(this.bucketOf(mix(object, relation)));
    while (row !== 0) {
      if (this.objects.get(row) === object && this.relations.get(row) === relation) return row;
      row = this.next.get(row);
    }
    return 0;
  }
  /** Adds a node that {@link find} did not find. */
  add(object, relation) {
    const row = this.free.pop() ?? ++this.last;
    for (const column of this.columns) {
      column.reserve(row + 1);
      column.set(row, 0);
    }
    this.objects.set(row, object);
    this.relations.set(row, relation);
    this.link(row, mix(object, relation));
    return row;
  }
  remove(row) {
    this.unlink(row, this.hashOfRow(row));
    this.free.push(row);
  }
  objectOf(row) {
    return this.objects.get(row);
  }
  relationOf(row) {
    return this.relations.get(row);
  }
  /** True if no edge leaves or enters the node. */
  isBare(row) {
    return this.plainCounts.get(row) + this.setCounts.get(row) + this.inCounts.get(row) === 0;
  }
  get byteLength() {
    return this.columns.reduce((sum, column) => sum + column.byteLength, this.indexByteLength);
  }
  hashOfRow(row) {
    return mix(this.objects.get(row), this.relations.get(row));
  }
};

// ../../tmp/old/src/graph/objects.ts
var Objects = class extends HashIndex {
  slab = new NameSlab();
  types = new Column();
  places = new Column();
  lengths = new Column();
  hashes = new Column();
  /** How many nodes belong to the object; at none it may go. */
  nodeCounts = new Column();
  free = [];
  last = 0;
  /** The object's number, or 0. */
  find(type, id) {
    const hash = mix(id.hash, type);
    let row = this.heads.get(this.bucketOf(hash));
    while (row !== 0) {
      if (this.hashes.get(row) === hash && this.types.get(row) === type && this.lengths.get(row) === id.length && this.slab.equals(this.places.get(row), id)) {
        return row;
      }
      row = this.next.get(row);
    }
    return 0;
  }
  /** The object's number, giving it one if it has none. */
  intern(type, id) {
    const found2 = this.find(type, id);
    if (found2 !== 0) return found2;
    const row = this.free.pop() ?? ++this.last;
    for (const column of [this.types, this.places, this.lengths, this.hashes, this.nodeCounts]) {
      column.reserve(row + 1);
    }
    const hash = mix(id.hash, type);
    this.types.set(row, type);
    this.places.set(row, this.slab.store(id));
    this.lengths.set(row, id.length);
    this.hashes.set(row, hash);
    this.nodeCounts.set(row, 0);
    this.link(row, hash);
    return row;
  }
  remove(row) {
    this.unlink(row, this.hashes.get(row));
    this.slab.release(this.places.get(row), this.lengths.get(row));
    this.free.push(row);
  }
  typeOf(row) {
    return this.types.get(row);
  }
  idOf(row) {
    return this.slab.text(this.places.get(row), this.lengths.get(row));
  }
  get byteLength() {
    return this.indexByteLength + this.slab.byteLength + this.types.byteLength + this.places.byteLength + this.lengths.byteLength + this.hashes.byteLength + this.nodeCounts.byteLength;
  }
  hashOfRow(row) {
    return this.hashes.get(row);
  }
};

// ../../tmp/old/src/graph/symbols.ts
var Symbols = class {
  numbers = /* @__PURE__ */ new Map();
  names = [];
  constructor(first) {
    this.intern(first);
  }
  /** The name's number, or -1. */
  find(name) {
    return this.numbers.get(name) ?? -1;
  }
  intern(name) {
    const known = this.numbers.get(name);
    if (known !== void 0) return known;
    this.numbers.set(name, this.names.length);
    return this.names.push(name) - 1;
  }
  name(number) {
    return this.names[number];
  }
  get size() {
    return this.names.length;
  }
};

// ../../tmp/old/src/graph/graph.ts
var NONE = 0;
var ITSELF = 0;
var GIVE_BACK_AT_ONCE = 64;
var Graph = class {
  types = new Symbols("");
  relations = new Symbols(NO_RELATION);
  objects = new Objects();
  nodes = new Nodes();
  edges = new Edges();
  encoded = new EncodedName();
  /** Nodes that had no edge when last seen; given back, some at a time, while nothing is pinned. */
  bare = [];
  pins = 0;
  /** Number of tuples. */
  get size() {
    return this.edges.size;
  }
  /** Bytes of the arrays. */
  get byteLength() {
    return this.objects.byteLength + this.nodes.byteLength + this.edges.byteLength;
  }
  /** The object's number, or {@link NONE}. The id is `text` from `start` on. */
  findObject(type, text, start = 0) {
    return this.objects.find(type, this.encoded.encode(text, start));
  }
  /** The number of the node that stands for `ref`, or {@link NONE}. */
  findNode(type, id, relation) {
    const typeNumber = this.types.find(type);
    const relationNumber = this.relations.find(relation);
    if (typeNumber < 0 || relationNumber < 0) return NONE;
    const object = this.findObject(typeNumber, id);
    return object === NONE ? NONE : this.nodes.find(object, relationNumber);
  }
  has(tuple) {
    const from = this.findNode(tuple.object.type, tuple.object.id, tuple.relation);
    if (from === NONE) return false;
    const to = this.findNode(tuple.subject.type, tuple.subject.id, tuple.subject.relation);
    return to !== NONE && this.edges.find(from, to) !== NONE;
  }
  /** Adds the tuple. @returns false if it was there. */
  add(tuple) {
    const from = this.internNode(tuple.object.type, tuple.object.id, tuple.relation);
    const to = this.internNode(tuple.subject.type, tuple.subject.id, tuple.subject.relation);
    if (this.edges.find(from, to) !== NONE) return false;
    const edge = this.edges.add(from, to);
    this.linkOut(edge, from, to);
    this.linkIn(edge, to);
    return true;
  }
  /** Removes the tuple. @returns false if it was not there. */
  remove(tuple) {
    const from = this.findNode(tuple.object.type, tuple.object.id, tuple.relation);
    const to = this.findNode(tuple.subject.type, tuple.subject.id, tuple.subject.relation);
    const edge = from === NONE || to === NONE ? NONE : this.edges.find(from, to);
    if (edge === NONE) return false;
    this.unlinkOut(edge, from, to);
    this.unlinkIn(edge, to);
    this.edges.remove(edge);
    this.noteIfBare(from);
    this.noteIfBare(to);
    this.giveBack();
    return true;
  }
  /** Until the returned function is called, no number that is in use now gets another meaning. */
  pin() {
    this.pins++;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.pins--;
      this.giveBack();
    };
  }
  internNode(type, id, relation) {
    const object = this.objects.intern(this.types.intern(type), this.encoded.encode(id));
    const relationNumber = this.relations.intern(relation);
    const found2 = this.nodes.find(object, relationNumber);
    if (found2 !== NONE) return found2;
    this.objects.nodeCounts.set(object, this.objects.nodeCounts.get(object) + 1);
    return this.nodes.add(object, relationNumber);
  }
  linkOut(edge, from, to) {
    const plain = this.nodes.relationOf(to) === ITSELF;
    const first = plain ? this.nodes.firstPlain : this.nodes.firstSet;
    const counts = plain ? this.nodes.plainCounts : this.nodes.setCounts;
    const { nextOut, previousOut } = this.edges;
    const old = first.get(from);
    nextOut.set(edge, old);
    if (old !== NONE) previousOut.set(old, edge);
    first.set(from, edge);
    counts.set(from, counts.get(from) + 1);
  }
  unlinkOut(edge, from, to) {
    const plain = this.nodes.relationOf(to) === ITSELF;
    const first = plain ? this.nodes.firstPlain : this.nodes.firstSet;
    const counts = plain ? this.nodes.plainCounts : this.nodes.setCounts;
    const { nextOut, previousOut } = this.edges;
    const before = previousOut.get(edge);
    const after = nextOut.get(edge);
    if (before === NONE) first.set(from, after);
    else nextOut.set(before, after);
    if (after !== NONE) previousOut.set(after, before);
    counts.set(from, counts.get(from) - 1);
  }
  linkIn(edge, to) {
    const { firstIn, inCounts } = this.nodes;
    const { nextIn, previousIn } = this.edges;
    const old = firstIn.get(to);
    nextIn.set(edge, old);
    if (old !== NONE) previousIn.set(old, edge);
    firstIn.set(to, edge);
    inCounts.set(to, inCounts.get(to) + 1);
  }
  unlinkIn(edge, to) {
    const { firstIn, inCounts } = this.nodes;
    const { nextIn, previousIn } = this.edges;
    const before = previousIn.get(edge);
    const after = nextIn.get(edge);
    if (before === NONE) firstIn.set(to, after);
    else nextIn.set(before, after);
    if (after !== NONE) previousIn.set(after, before);
    inCounts.set(to, inCounts.get(to) - 1);
  }
  noteIfBare(node) {
    if (!this.nodes.isBare(node) || this.nodes.waiting.get(node) !== 0) return;
    this.nodes.waiting.set(node, 1);
    this.bare.push(node);
  }
  /**
   * Gives back the numbers of nodes that are still bare, and of objects left without nodes. A few
   * each time, so that the end of a long pin does not stall the process.
   */
  giveBack() {
    for (let i = 0; i < GIVE_BACK_AT_ONCE && this.pins === 0; i++) {
      const node = this.bare.pop();
      if (node === void 0) return;
      this.nodes.waiting.set(node, 0);
      if (!this.nodes.isBare(node)) continue;
      const object = this.nodes.objectOf(node);
      this.nodes.remove(node);
      const left = this.objects.nodeCounts.get(object) - 1;
      this.objects.nodeCounts.set(object, left);
      if (left === 0) this.objects.remove(object);
    }
  }
};

// ../../tmp/old/src/engine/query.ts
init_reference();
var UNMENTIONED_OBJECT = 4294967294;
var UNMENTIONED_SUBJECT = 4294967293;
function resolveQuery(plan, view, text, item = -1) {
  const { object: objectText, relation, subject: subjectText } = text;
  const objectColon = objectText.indexOf(":");
  const subjectColon = subjectText.indexOf(":");
  const objectType = plan.types.get(objectText.slice(0, objectColon));
  const subjectType = plan.types.get(subjectText.slice(0, subjectColon));
  if (objectColon < 0 || subjectColon < 0 || objectType === void 0 || subjectType === void 0) {
    throw whatIsWrong(plan, text, item);
  }
  const member = objectType.members.get(relation);
  if (member === void 0) throw whatIsWrong(plan, text, item);
  const hash = subjectText.indexOf("#", subjectColon);
  const isSet = hash >= 0;
  const subjectRelation = isSet ? subjectType.members.get(subjectText.slice(hash + 1))?.relation : 0;
  if (subjectRelation === void 0) throw whatIsWrong(plan, text, item);
  const subjectId = isSet ? subjectText.slice(0, hash) : subjectText;
  const isWildcard = subjectText.length === subjectColon + 2 && subjectText.charCodeAt(subjectColon + 1) === 42;
  let object = view.findObject(objectType.number, objectText, objectColon + 1);
  let subject = view.findObject(subjectType.number, subjectId, subjectColon + 1);
  if (object === NONE || subject === NONE) {
    checkForm(text, item);
    const same = objectType === subjectType && objectText === subjectId;
    if (object === NONE) object = UNMENTIONED_OBJECT;
    if (subject === NONE) subject = same ? object : UNMENTIONED_SUBJECT;
  } else if (isWildcardId(objectText, objectColon) || isSet && isWildcardId(subjectId, subjectColon)) {
    checkForm(text, item);
  }
  return {
    member,
    object,
    subjectType: subjectType.number,
    subjectObject: subject,
    subjectRelation,
    isPlain: !isSet && !isWildcard
  };
}
function isWildcardId(text, colon) {
  return text.length === colon + 2 && text.charCodeAt(colon + 1) === 42;
}
function prefixOf(item) {
  return item < 0 ? "" : `items[${item}].`;
}
function checkForm(text, item) {
  const prefix = prefixOf(item);
  parseObject(text.object, `${prefix}object`);
  parseRelation(text.relation, `${prefix}relation`);
  parseSubject(text.subject, `${prefix}subject`);
}
function whatIsWrong(plan, text, item) {
  const prefix = prefixOf(item);
  checkForm(text, item);
  const object = parseObject(text.object, `${prefix}object`);
  const subject = parseSubject(text.subject, `${prefix}subject`);
  plan.memberOf(plan.type(object.type, `${prefix}object`), text.relation, `${prefix}relation`);
  const subjectType = plan.type(subject.type, `${prefix}subject`);
  if (subject.relation !== NO_RELATION) plan.memberOf(subjectType, subject.relation, `${prefix}subject`);
  throw new Error("a question that is right in every part did not resolve");
}

// ../../tmp/old/src/view/overlay.ts
var OWN = 2147483648;

// ../../tmp/old/src/engine/closure.ts
var SubjectClosure = class {
  reached = new Memo();
  members = [];
  objects = [];
  /** Nodes whose incoming edges are still to be followed, from `nextNode` on. */
  nodes = [];
  nextNode = 0;
  nextEdge = NONE;
  spent = 0;
  plan;
  view;
  /** True once the closure is whole: then what it lacks, the subject is not in. */
  complete = false;
  /** Starts anew for the subjects standing at `nodes` (the subject, and its type's wildcard). */
  reset(plan, view, nodes) {
    this.plan = plan;
    this.view = view;
    this.reached.clear();
    this.members.length = 0;
    this.objects.length = 0;
    this.nodes.length = 0;
    for (const node of nodes) if (node !== NONE) this.nodes.push(node);
    this.nextNode = 0;
    this.nextEdge = NONE;
    this.spent = 0;
    this.complete = false;
  }
  /** The set `member` of `object` is known to hold the subject. */
  seed(member, object) {
    for (const holder of member.pureSupersets) this.reach(holder, object);
  }
  /** Number of (member, object) pairs found so far. */
  get size() {
    return this.members.length;
  }
  memberAt(i) {
    return this.members[i];
  }
  objectAt(i) {
    return this.objects[i];
  }
  has(member, object) {
    return this.reached.states[this.reached.entry(member.index, object)] === YES;
  }
  /** Works on until `budget` steps have been spent in all. @returns {@link complete} */
  advance(budget) {
    while (!this.complete && this.spent < budget) this.step(budget);
    return this.complete;
  }
  step(budget) {
    if (this.nextNode === this.nodes.length) {
      this.complete = true;
      return;
    }
    const node = this.nodes[this.nextNode];
    const { overlay, graph } = this.view;
    if (node < OWN) {
      let edge = this.nextEdge === NONE ? graph.nodes.firstIn.get(node) : this.nextEdge;
      for (; edge !== NONE && this.spent < budget; edge = graph.edges.nextIn.get(edge)) {
        this.spent++;
        const from = graph.edges.from(edge);
        if (overlay === null || !overlay.isRemoved(from, node)) this.follow(from);
      }
      this.nextEdge = edge;
      if (edge !== NONE) return;
    }
    if (overlay !== null) for (const from of overlay.addedFrom(node)) this.follow(from);
    this.spent++;
    this.nextEdge = NONE;
    this.nextNode++;
  }
  /** The subject is stored at `node`: it is in all members that take what is stored there. */
  follow(node) {
    const object = this.view.objectOf(node);
    const member = this.plan.member(this.view.typeOf(object), this.view.relationOf(node));
    if (member === void 0) return;
    for (const holder of member.pureHoldersOfDirect) this.reach(holder, object);
  }
  reach(member, object) {
    if (!member.isAskedFor) return;
    const entry = this.reached.entry(member.index, object);
    if (this.reached.states[entry] === YES) return;
    this.reached.states[entry] = YES;
    this.members.push(member);
    this.objects.push(object);
    const node = this.view.findNode(object, member.relation);
    if (node !== NONE) this.nodes.push(node);
  }
};

// ../../tmp/old/src/engine/well-founded.ts
init_errors();

// ../../tmp/old/src/engine/negation-cycle.ts
init_assert();
function findNegationCycle(references) {
  const component = components(references);
  for (let from = 0; from < references.length; from++) {
    for (const { to, negative } of references[from]) {
      if (negative && component[from] === component[to]) {
        return [
          from,
          ...shortestPath(references, to, from, (number) => component[number] === component[from])
        ];
      }
    }
  }
  return [];
}
function shortestPath(references, start, end, isInside) {
  const cameFrom = /* @__PURE__ */ new Map();
  const reached = [start];
  for (let i = 0; reached[i] !== end; i++) {
    for (const { to } of references[reached[i]]) {
      if (to === start || cameFrom.has(to) || !isInside(to)) continue;
      cameFrom.set(to, reached[i]);
      reached.push(to);
    }
  }
  const path2 = [end];
  while (path2[0] !== start) path2.unshift(must(cameFrom.get(path2[0]), "the problem a path came from"));
  return path2;
}
function components(references) {
  const count = references.length;
  const component = new Uint32Array(count);
  const order = new Uint32Array(count);
  const low = new Uint32Array(count);
  const nextEdge = new Uint32Array(count);
  const waiting = [];
  let orders = 0;
  let components2 = 0;
  for (let root = 0; root < count; root++) {
    const path2 = order[root] === 0 ? [root] : [];
    while (path2.length > 0) {
      const at = path2[path2.length - 1];
      if (order[at] === 0) {
        order[at] = low[at] = ++orders;
        waiting.push(at);
      }
      const edge = references[at][nextEdge[at]++];
      if (edge !== void 0) {
        if (order[edge.to] === 0) path2.push(edge.to);
        else if (component[edge.to] === 0) low[at] = Math.min(low[at], order[edge.to]);
        continue;
      }
      path2.pop();
      if (path2.length > 0) {
        const above = path2[path2.length - 1];
        low[above] = Math.min(low[above], low[at]);
      }
      if (low[at] !== order[at]) continue;
      components2++;
      for (let inside = -1; inside !== at; ) {
        inside = must(waiting.pop(), "a problem of the component");
        component[inside] = components2;
      }
    }
  }
  return component;
}

// ../../tmp/old/src/engine/well-founded.ts
function solveWellFounded(plan, view, query, visit) {
  const system = new GroundSystem(plan, view, query, visit);
  return system.solve();
}
var GroundSystem = class {
  plan;
  view;
  query;
  visit;
  problems = [];
  numbers = /* @__PURE__ */ new Map();
  constructor(plan, view, query, visit) {
    this.plan = plan;
    this.view = view;
    this.query = query;
    this.visit = visit;
  }
  solve() {
    this.number(this.query.member, this.query.object);
    for (let i = 0; i < this.problems.length; i++) {
      const { member, object } = this.problems[i];
      const rule = this.ground(member.step, member, object);
      this.problems[i].rule = rule;
      this.problems[i].cost = costOf(rule);
    }
    let lower = this.problems.map(() => NO);
    let upper = this.problems.map(() => YES);
    for (; ; ) {
      const nextUpper = this.leastFixedPoint(lower, upper);
      const nextLower = this.leastFixedPoint(nextUpper, lower);
      const done = sameValues(nextLower, lower) && sameValues(nextUpper, upper);
      lower = nextLower;
      upper = nextUpper;
      if (!done) continue;
      if (lower[0] !== upper[0]) throw this.cycleError(lower, upper);
      return lower[0];
    }
  }
  /**
   * The least values that satisfy the rules when problems right of `except` have those of `negated`,
   * and right of an `except` within that, those of `before`.
   */
  leastFixedPoint(negated, before) {
    const values = this.problems.map(() => NO);
    for (let changed = true; changed; ) {
      changed = false;
      for (let i = values.length - 1; i >= 0; i--) {
        for (let cost = this.problems[i].cost; cost > 0; cost--) this.visit();
        const value = evaluate(this.problems[i].rule, values, negated, before);
        if (value !== values[i]) {
          values[i] = value;
          changed = true;
        }
      }
    }
    return values;
  }
  number(member, object) {
    let byObject = this.numbers.get(member);
    if (byObject === void 0) {
      byObject = /* @__PURE__ */ new Map();
      this.numbers.set(member, byObject);
    }
    let number = byObject.get(object);
    if (number === void 0) {
      number = this.problems.push({ member, object, rule: constant(false), cost: 1 }) - 1;
      byObject.set(object, number);
    }
    return number;
  }
  reference(member, object) {
    this.visit();
    const { subjectRelation, subjectObject } = this.query;
    if (member.relation === subjectRelation && object === subjectObject) return { op: "constant", value: YES };
    return { op: "problem", number: this.number(member, object) };
  }
  ground(step, member, object) {
    switch (step.op) {
      case "direct":
        return this.groundDirect(member, object);
      case "self":
        return constant(this.query.isPlain && object === this.query.subjectObject);
      case "nobody":
        return constant(false);
      case "name":
        return this.reference(step.member, object);
      case "arrow":
      case "every": {
        const of = this.storedNodes(object, step.relation).map((node) => {
          const named = this.view.objectOf(node);
          const target = step.targets[this.view.typeOf(named)];
          return target === void 0 ? constant(false) : this.reference(target, named);
        });
        if (step.op === "every" && of.length === 0) return constant(false);
        return { op: step.op === "arrow" ? "or" : "and", of };
      }
      case "or":
      case "and":
        return { op: step.op, of: step.of.map((part) => this.ground(part, member, object)) };
      case "except":
        return {
          op: "except",
          from: this.ground(step.from, member, object),
          without: this.ground(step.without, member, object)
        };
    }
  }
  groundDirect(member, object) {
    const { view, query } = this;
    const of = [];
    for (const node of this.storedNodes(object, member.relation)) {
      const subject = view.objectOf(node);
      const relation = view.relationOf(node);
      if (subject === query.subjectObject && relation === query.subjectRelation) return constant(true);
      const type = view.typeOf(subject);
      if (relation === 0) {
        if (query.isPlain && type === query.subjectType && view.idOf(subject) === "*") return constant(true);
        continue;
      }
      const set = this.plan.member(type, relation);
      if (set !== void 0) of.push(this.reference(set, subject));
    }
    return { op: "or", of };
  }
  /** The nodes of all subjects stored at (object, relation). */
  storedNodes(object, relation) {
    const { graph, overlay } = this.view;
    const node = this.view.findNode(object, relation);
    if (node === NONE) return [];
    const stored2 = [];
    if (node < OWN) {
      for (const first of [graph.nodes.firstPlain.get(node), graph.nodes.firstSet.get(node)]) {
        for (let edge = first; edge !== NONE; edge = graph.edges.nextOut.get(edge)) {
          this.visit();
          const to = graph.edges.to(edge);
          if (overlay === null || !overlay.isRemoved(node, to)) stored2.push(to);
        }
      }
    }
    if (overlay !== null) for (const to of overlay.addedTo(node)) stored2.push(to);
    return stored2;
  }
  cycleError(lower, upper) {
    const isOpen = (number) => lower[number] !== upper[number];
    const references = this.problems.map(
      ({ rule }, number) => isOpen(number) ? referencesOf(rule, false).filter(({ to }) => isOpen(to)) : []
    );
    const path2 = findNegationCycle(references);
    const names = path2.map((number) => `\`${this.name(this.problems[number])}\``);
    return new PembaError(
      "NEGATION_CYCLE",
      `the check depends on its own negation: ${names.join(" -> ")}; remove a tuple of this cycle, or the \`except\` from the schema`
    );
  }
  name(problem) {
    const { object, member } = problem;
    const known = object !== UNMENTIONED_OBJECT && object !== UNMENTIONED_SUBJECT;
    return `${member.typeName}:${known ? this.view.idOf(object) : "\u2026"}#${member.name}`;
  }
};
function evaluate(rule, values, negated, before) {
  switch (rule.op) {
    case "constant":
      return rule.value;
    case "problem":
      return values[rule.number];
    case "or":
      return rule.of.reduce((max, part) => Math.max(max, evaluate(part, values, negated, before)), NO);
    case "and":
      return rule.of.reduce((min, part) => Math.min(min, evaluate(part, values, negated, before)), YES);
    case "except": {
      const from = evaluate(rule.from, values, negated, before);
      return Math.min(from, YES - evaluate(rule.without, negated, before, negated));
    }
  }
}
function sameValues(a, b) {
  return a.every((value, i) => value === b[i]);
}
function referencesOf(rule, negative) {
  switch (rule.op) {
    case "constant":
      return [];
    case "problem":
      return [{ to: rule.number, negative }];
    case "or":
    case "and":
      return rule.of.flatMap((part) => referencesOf(part, negative));
    case "except":
      return [...referencesOf(rule.from, negative), ...referencesOf(rule.without, true)];
  }
}
function costOf(rule) {
  switch (rule.op) {
    case "constant":
    case "problem":
      return 1;
    case "or":
    case "and":
      return rule.of.reduce((sum, part) => sum + costOf(part), 1);
    case "except":
      return 1 + costOf(rule.from) + costOf(rule.without);
  }
}
function constant(holds) {
  return { op: "constant", value: holds ? YES : NO };
}

// ../../tmp/old/src/engine/walk.ts
var NO_ANCESTOR = 2147483647;
var CLOSURE_FROM_VISITS = 64;
var CLOSURE_FROM_WIDTH = 16;
var THROUGH_NEGATION = /* @__PURE__ */ Symbol("an open ancestor was met through a negation");
var Walk = class {
  limits;
  memo = new Memo();
  closure = new SubjectClosure();
  /** Entries that are provisional, in the order in which they were opened. */
  provisional = [];
  plan;
  view;
  query;
  subjectNode = NONE;
  /** The node of `type:*` for a plain subject; -1 while not looked up. */
  wildcardNode = -1;
  closureStarted = false;
  visits = 0;
  /** What {@link visits} was when the present subject's questions began. */
  visitsBefore = 0;
  depth = 0;
  /** Sub-problems opened so far; its value at the opening is a sub-problem's order. */
  opened = 0;
  /** Order of the earliest sub-problem without a final answer that the current one touched. */
  low = NO_ANCESTOR;
  /** What was opened up to here lies beyond a negation. */
  negationOrder = 0;
  constructor(limits) {
    this.limits = limits;
  }
  /** Starts counting work anew: one check, or one batch, over one view. */
  begin(plan, view) {
    this.plan = plan;
    this.view = view;
    this.visits = 0;
    this.memo.clear();
    this.subjectNode = NONE;
    this.query = void 0;
  }
  /**
   * Decides one question. What is learned is kept for following questions about the same subject.
   * @throws PembaError LIMIT, NEGATION_CYCLE
   */
  check(query) {
    if (this.query === void 0 || !sameSubject(this.query, query)) this.changeSubject(query);
    this.query = query;
    this.depth = 0;
    this.opened = 0;
    this.low = NO_ANCESTOR;
    this.negationOrder = 0;
    this.provisional.length = 0;
    try {
      return this.member(query.member, query.object);
    } catch (error) {
      this.memo.clear();
      if (error instanceof RangeError) throw this.stackEnded();
      if (error !== THROUGH_NEGATION) throw error;
      return solveWellFounded(this.plan, this.view, query, () => this.visit());
    }
  }
  /** The stack may have ended in the midst of any change, so nothing that was begun is kept. */
  stackEnded() {
    this.memo = new Memo();
    this.closure = new SubjectClosure();
    this.closureStarted = false;
    return limitReached("walkDepth", this.depth);
  }
  changeSubject(query) {
    this.memo.clear();
    this.visitsBefore = this.visits;
    this.closureStarted = false;
    this.subjectNode = this.view.findNode(query.subjectObject, query.subjectRelation);
    this.wildcardNode = query.isPlain ? -1 : NONE;
  }
  member(member, object) {
    const query = this.query;
    if (member.relation === query.subjectRelation && object === query.subjectObject) return YES;
    this.visit();
    if (member.isLeaf) return this.step(member.step, member, object);
    if (member.isPure && member.isAskedFor && this.closureIsComplete()) {
      return this.closure.has(member, object) ? YES : NO;
    }
    const entry = this.memo.entry(member.index, object);
    const state = this.memo.states[entry];
    if (state <= YES) return state;
    if (state === OPEN || state === PROVISIONAL) return this.touch(entry, state);
    return this.open(entry, member, object);
  }
  /** Meets a sub-problem whose answer hangs on an open ancestor. */
  touch(entry, state) {
    const low = this.memo.lows[entry];
    if (low <= this.negationOrder) throw THROUGH_NEGATION;
    if (low < this.low) this.low = low;
    return state === OPEN ? NO : this.memo.values[entry];
  }
  open(entry, member, object) {
    const { memo, provisional } = this;
    const outerLow = this.low;
    if (++this.depth > this.limits.walkDepth) throw limitReached("walkDepth", this.limits.walkDepth);
    const order = ++this.opened;
    memo.states[entry] = OPEN;
    memo.lows[entry] = order;
    const firstInside = provisional.length;
    this.low = NO_ANCESTOR;
    const value = this.step(member.step, member, object);
    const low = this.low;
    this.depth--;
    if (value === YES || low >= order) {
      for (let i = firstInside; i < provisional.length; i++) {
        const inside = provisional[i];
        memo.states[inside] = value === NO ? memo.values[inside] : FORGOTTEN;
      }
      provisional.length = firstInside;
      memo.states[entry] = value;
      this.low = outerLow;
    } else {
      memo.states[entry] = PROVISIONAL;
      memo.values[entry] = value;
      memo.lows[entry] = low;
      provisional.push(entry);
      this.low = Math.min(outerLow, low);
    }
    return value;
  }
  step(step, member, object) {
    switch (step.op) {
      case "direct":
        return this.direct(member, object);
      case "self":
        return this.query.isPlain && object === this.query.subjectObject ? YES : NO;
      case "nobody":
        return NO;
      case "name":
        return this.member(step.member, object);
      case "arrow":
        return this.arrow(step.relation, step.targets, object);
      case "every":
        return this.every(step.relation, step.targets, object);
      case "or":
        return this.or(step.of, member, object);
      case "and":
        return this.and(step.of, member, object);
      case "except":
        return this.except(step.from, step.without, member, object);
    }
  }
  // The operators have functions of their own, with plain loops, because a level's place on the stack is what
  // bounds the depth of a walk, and `step` in one piece with three `for … of` takes twice as much.
  or(of, member, object) {
    let value = NO;
    for (let i = 0; i < of.length; i++) {
      const v = this.step(of[i], member, object);
      if (v === YES) return YES;
      if (v > value) value = v;
    }
    return value;
  }
  and(of, member, object) {
    let value = YES;
    for (let i = 0; i < of.length; i++) {
      const v = this.step(of[i], member, object);
      if (v === NO) return NO;
      if (v < value) value = v;
    }
    return value;
  }
  except(from, without, member, object) {
    const value = this.step(from, member, object);
    if (value === NO) return NO;
    const outer = this.negationOrder;
    this.negationOrder = this.opened;
    const excluded = this.step(without, member, object);
    this.negationOrder = outer;
    return Math.min(value, YES - excluded);
  }
  /** The tuples stored at `object#member`: the subject itself, its wildcard, the sets it may be in. */
  direct(member, object) {
    const view = this.view;
    const node = view.findNode(object, member.relation);
    if (node === NONE) return NO;
    if (this.subjectNode !== NONE && view.hasEdge(node, this.subjectNode)) return YES;
    if (member.admitsWildcards && this.query.isPlain) {
      const wildcard = this.wildcard();
      if (wildcard !== NONE && view.hasEdge(node, wildcard)) return YES;
    }
    if (!member.admitsSets) return NO;
    if (member.setsArePure) {
      const width = view.setCount(node);
      if (width > CLOSURE_FROM_WIDTH && this.closureWithin(width)) return this.directFromSubject(node);
    }
    return this.directSets(node);
  }
  directSets(node) {
    const { graph, overlay } = this.view;
    let value = NO;
    let edge = node < OWN ? graph.nodes.firstSet.get(node) : NONE;
    for (; edge !== NONE; edge = graph.edges.nextOut.get(edge)) {
      const set = graph.edges.to(edge);
      if (overlay !== null && overlay.isRemoved(node, set)) continue;
      const v = this.set(set);
      if (v === YES) return YES;
      if (v > value) value = v;
    }
    if (overlay === null) return value;
    for (const set of overlay.addedTo(node)) {
      const v = this.set(set);
      if (v === YES) return YES;
      if (v > value) value = v;
    }
    return value;
  }
  /** The subject set that `node` stands for; "no" if it stands for a plain subject. */
  set(node) {
    const view = this.view;
    const object = view.objectOf(node);
    const member = this.plan.member(view.typeOf(object), view.relationOf(node));
    if (member !== void 0) return this.member(member, object);
    this.visit();
    return NO;
  }
  /** The same answer as {@link directSets}, over the sets the subject is in. */
  directFromSubject(node) {
    const { closure, view } = this;
    for (let i = 0; i < closure.size; i++) {
      this.visit();
      const set = view.findNode(closure.objectAt(i), closure.memberAt(i).relation);
      if (set !== NONE && view.hasEdge(node, set)) return YES;
    }
    return NO;
  }
  arrow(relation, targets, object) {
    const view = this.view;
    const node = view.findNode(object, relation);
    if (node === NONE) return NO;
    const width = view.plainCount(node);
    if (width > CLOSURE_FROM_WIDTH && areAllPure(targets) && view.setCount(node) === 0 && this.closureWithin(width)) {
      return this.arrowFromSubject(node, targets);
    }
    let value = NO;
    for (const target of this.namedObjects(node)) {
      const member = targets[view.typeOf(target)];
      if (member === void 0) {
        this.visit();
        continue;
      }
      const v = this.member(member, target);
      if (v === YES) return YES;
      if (v > value) value = v;
    }
    return value;
  }
  arrowFromSubject(node, targets) {
    const { closure, view } = this;
    const query = this.query;
    for (let i = 0; i < closure.size; i++) {
      this.visit();
      const member = closure.memberAt(i);
      if (targets[member.type] !== member) continue;
      const target2 = view.findNode(closure.objectAt(i), 0);
      if (target2 !== NONE && view.hasEdge(node, target2)) return YES;
    }
    const own = targets[query.subjectType];
    if (query.isPlain || own === void 0 || own.relation !== query.subjectRelation) return NO;
    const target = view.findNode(query.subjectObject, 0);
    return target !== NONE && view.hasEdge(node, target) ? YES : NO;
  }
  every(relation, targets, object) {
    const view = this.view;
    const node = view.findNode(object, relation);
    if (node === NONE) return NO;
    let value = YES;
    let any = false;
    for (const target of this.namedObjects(node)) {
      any = true;
      const member = targets[view.typeOf(target)];
      const v = member === void 0 ? NO : this.member(member, target);
      if (v === NO) return NO;
      if (v < value) value = v;
    }
    return any ? value : NO;
  }
  /** The objects that the tuples stored at `node` name; `t:x#r` counts as `t:x`. */
  *namedObjects(node) {
    const { graph, overlay } = this.view;
    if (node < OWN) {
      for (const first of [graph.nodes.firstPlain.get(node), graph.nodes.firstSet.get(node)]) {
        for (let edge = first; edge !== NONE; edge = graph.edges.nextOut.get(edge)) {
          const to = graph.edges.to(edge);
          if (overlay === null || !overlay.isRemoved(node, to)) yield graph.nodes.objectOf(to);
        }
      }
    }
    if (overlay !== null) for (const to of overlay.addedTo(node)) yield this.view.objectOf(to);
  }
  wildcard() {
    if (this.wildcardNode < 0) {
      const object = this.view.findObject(this.query.subjectType, "*");
      this.wildcardNode = object === NONE ? NONE : this.view.findNode(object, 0);
    }
    return this.wildcardNode;
  }
  visit() {
    if (++this.visits > this.limits.walkVisits) throw limitReached("walkVisits", this.limits.walkVisits);
  }
  /** True once the walk is long enough to have paid for the whole closure, and it is found. */
  closureIsComplete() {
    const visits = this.visits - this.visitsBefore;
    return visits > CLOSURE_FROM_VISITS && this.closureWithin(visits);
  }
  closureWithin(budget) {
    if (!this.closureStarted) {
      this.closureStarted = true;
      const { query } = this;
      this.closure.reset(this.plan, this.view, [this.subjectNode, query.isPlain ? this.wildcard() : NONE]);
      const own = query.isPlain ? void 0 : this.plan.member(query.subjectType, query.subjectRelation);
      if (own !== void 0) this.closure.seed(own, query.subjectObject);
    }
    return this.closure.advance(budget);
  }
};
function areAllPure(targets) {
  return targets.every((target) => target === void 0 || target.isPure);
}
function sameSubject(a, b) {
  return a.subjectObject === b.subjectObject && a.subjectRelation === b.subjectRelation && a.subjectType === b.subjectType && a.isPlain === b.isPlain;
}

// ../../tmp/old/src/engine/engine.ts
var Engine = class {
  walk;
  constructor(limits) {
    this.walk = new Walk(limits);
  }
  /** @throws PembaError MALFORMED_REFERENCE, UNKNOWN_TYPE, UNKNOWN_RELATION, LIMIT, NEGATION_CYCLE */
  check(plan, view, text) {
    this.walk.begin(plan, view);
    return this.answer(plan, view, text, -1);
  }
  /**
   * Answers each question by itself: one that fails leaves the others as they are. The limit on
   * work counts over the whole batch, so a batch cannot hold the process longer than a check.
   */
  batchCheck(plan, view, texts) {
    this.walk.begin(plan, view);
    return texts.map((text, i) => {
      try {
        return this.answer(plan, view, text, i);
      } catch (error) {
        return asPembaError(error);
      }
    });
  }
  answer(plan, view, text, item) {
    const value = this.walk.check(resolveQuery(plan, view, text, item));
    return value === YES ? "allowed" : value === NO ? "denied" : "conditional";
  }
};

// ../../tmp/old/src/engine/plan.ts
init_nearest();
init_assert();
init_errors();

// ../../tmp/old/src/engine/purity.ts
function findPureMembers(members, setOf) {
  for (const member of members) member.isPure = true;
  const setsArePure = (member) => member.subjects.every((form) => form.relation === void 0 || setOf(form)?.isPure === true);
  for (let changed = true; changed; ) {
    changed = false;
    for (const member of members) {
      if (member.isPure && !(isPureStep(member.step) && setsArePure(member))) {
        member.isPure = false;
        changed = true;
      }
    }
  }
  for (const member of members) member.setsArePure = setsArePure(member);
}
function isPureStep(step) {
  switch (step.op) {
    case "direct":
    case "nobody":
      return true;
    case "name":
      return step.member.isPure;
    case "or":
      return step.of.every(isPureStep);
    default:
      return false;
  }
}
function findSupersets(members) {
  for (const holder of members) {
    if (!holder.isPure) continue;
    for (const part of partsOf(holder)) {
      part.pureSupersets.push(holder);
      if (hasDirect(part.step)) part.pureHoldersOfDirect.push(holder);
    }
  }
}
function partsOf(member) {
  const parts = /* @__PURE__ */ new Set([member]);
  for (const part of parts) collectNames(part.step, parts);
  return parts;
}
function collectNames(step, into) {
  if (step.op === "name") into.add(step.member);
  if (step.op === "or") for (const part of step.of) collectNames(part, into);
}
function hasDirect(step) {
  return step.op === "direct" || step.op === "or" && step.of.some(hasDirect);
}

// ../../tmp/old/src/engine/plan.ts
var Plan = class {
  schema;
  types = /* @__PURE__ */ new Map();
  members = [];
  /** By type number, then relation number. */
  table = [];
  /** @param types the graph's type symbols, @param relations its relation symbols; both are added to */
  constructor(schema, types, relations) {
    this.schema = schema;
    for (const type of schema.types) this.declare(type, types, relations);
    for (const type of schema.types) {
      for (const member of type.members) this.link(type, member, relations);
    }
    this.classify();
  }
  /** The member of a type and relation number, if the schema has it. */
  member(type, relation) {
    return this.table[type]?.[relation];
  }
  /** @throws PembaError UNKNOWN_TYPE */
  type(name, field) {
    const type = this.types.get(name);
    if (type !== void 0) return type;
    throw new PembaError(
      "UNKNOWN_TYPE",
      `${field}: the schema has no type \`${name}\`${didYouMean(name, this.types.keys())}`,
      { field }
    );
  }
  /** @throws PembaError UNKNOWN_RELATION */
  memberOf(type, name, field) {
    const member = type.members.get(name);
    if (member !== void 0) return member;
    throw new PembaError(
      "UNKNOWN_RELATION",
      `${field}: type \`${type.name}\` has no relation or permission \`${name}\`${didYouMean(name, type.members.keys())}`,
      { field }
    );
  }
  declare(type, types, relations) {
    const number = types.intern(type.name);
    const plan = { number, name: type.name, members: /* @__PURE__ */ new Map() };
    this.types.set(type.name, plan);
    this.table[number] = [];
    for (const compiled of type.members) {
      const member = {
        index: this.members.length,
        type: number,
        typeName: type.name,
        relation: relations.intern(compiled.name),
        name: compiled.name,
        isPermission: compiled.kind === "permission",
        subjects: compiled.subjects,
        step: { op: "nobody" },
        admitsSets: compiled.subjects.some((form) => form.relation !== void 0),
        admitsWildcards: compiled.subjects.some((form) => form.wildcard),
        isLeaf: false,
        isPure: false,
        setsArePure: false,
        isAskedFor: false,
        pureSupersets: [],
        pureHoldersOfDirect: []
      };
      this.members.push(member);
      plan.members.set(compiled.name, member);
      this.table[number][member.relation] = member;
    }
  }
  link(type, compiled, relations) {
    const own = must(this.types.get(type.name), type.name);
    const member = must(own.members.get(compiled.name), compiled.name);
    member.step = this.linkStep(compiled.rewrite, own, relations);
    for (const form of compiled.subjects) {
      const set = form.relation === void 0 ? void 0 : this.types.get(form.type)?.members.get(form.relation);
      if (set !== void 0) set.isAskedFor = true;
    }
  }
  linkStep(rewrite2, type, relations) {
    switch (rewrite2.op) {
      case "direct":
      case "self":
      case "nobody":
        return rewrite2;
      case "name":
        return { op: "name", member: must(type.members.get(rewrite2.name), rewrite2.name) };
      case "arrow":
      case "every":
        return this.linkArrow(rewrite2.op, rewrite2.relation, rewrite2.name, relations);
      case "or":
      case "and":
        return { op: rewrite2.op, of: rewrite2.of.map((part) => this.linkStep(part, type, relations)) };
      case "except":
        return {
          op: "except",
          from: this.linkStep(rewrite2.from, type, relations),
          without: this.linkStep(rewrite2.without, type, relations)
        };
    }
  }
  linkArrow(op, relation, name, relations) {
    const targets = [];
    for (const type of this.types.values()) {
      const target = type.members.get(name);
      if (target === void 0) continue;
      targets[type.number] = target;
      target.isAskedFor = true;
    }
    return { op, relation: relations.intern(relation), targets, name };
  }
  classify() {
    findLeaves(this.members);
    const setOf = (form) => form.relation === void 0 ? void 0 : this.types.get(form.type)?.members.get(form.relation);
    findPureMembers(this.members, setOf);
    findSupersets(this.members);
  }
};
function findLeaves(members) {
  for (let changed = true; changed; ) {
    changed = false;
    for (const member of members) {
      if (!member.isLeaf && staysOnObject(member.step, member)) {
        member.isLeaf = true;
        changed = true;
      }
    }
  }
}
function staysOnObject(step, member) {
  switch (step.op) {
    case "direct":
      return !member.admitsSets;
    case "self":
    case "nobody":
      return true;
    case "name":
      return step.member.isLeaf;
    case "arrow":
    case "every":
      return false;
    case "or":
    case "and":
      return step.of.every((part) => staysOnObject(part, member));
    case "except":
      return staysOnObject(step.from, member) && staysOnObject(step.without, member);
  }
}

// ../../tmp/old/src/model/tuple.ts
init_errors();
init_reference();
function parseTuple(text, field = "tuple") {
  const hash = text.indexOf("#");
  const at = hash < 0 ? -1 : text.indexOf("@", hash);
  if (at < 0) {
    throw new PembaError(
      "MALFORMED_REFERENCE",
      `${field} ${quoted(text)}: ${hash < 0 ? "there is no `#`" : "there is no `@` after the relation"}; write \`type:id#relation@type:id\``,
      { field }
    );
  }
  return {
    object: parseObject(text.slice(0, hash), `${field}.object`),
    relation: parseRelation(text.slice(hash + 1, at), `${field}.relation`),
    subject: parseSubject(text.slice(at + 1), `${field}.subject`)
  };
}

// ../../tmp/old/src/schema/compile-schema.ts
async function compileSchema(file) {
  const { runFrontEnd: runFrontEnd2 } = await Promise.resolve().then(() => (init_front_end(), front_end_exports));
  return runFrontEnd2(file);
}

// ../../tmp/old/src/view/view.ts
var View = class {
  graph;
  overlay;
  constructor(graph, overlay = null) {
    this.graph = graph;
    this.overlay = overlay;
  }
  /** The number of `type:id`, the id being `text` from `start` on; {@link NONE} if nothing mentions it. */
  findObject(type, text, start = 0) {
    const found2 = this.graph.findObject(type, text, start);
    if (found2 !== NONE || this.overlay === null) return found2;
    return this.overlay.findObject(type, text.slice(start));
  }
  findNode(object, relation) {
    const found2 = object < OWN ? this.graph.nodes.find(object, relation) : NONE;
    if (found2 !== NONE || this.overlay === null) return found2;
    return this.overlay.findNode(object, relation);
  }
  typeOf(object) {
    return object < OWN || this.overlay === null ? this.graph.objects.typeOf(object) : this.overlay.typeOf(object);
  }
  idOf(object) {
    return object < OWN || this.overlay === null ? this.graph.objects.idOf(object) : this.overlay.idOf(object);
  }
  objectOf(node) {
    return node < OWN || this.overlay === null ? this.graph.nodes.objectOf(node) : this.overlay.objectOf(node);
  }
  relationOf(node) {
    return node < OWN || this.overlay === null ? this.graph.nodes.relationOf(node) : this.overlay.relationOf(node);
  }
  hasEdge(from, to) {
    const overlay = this.overlay;
    if (overlay === null) return this.graph.edges.find(from, to) !== NONE;
    if (overlay.isAdded(from, to)) return true;
    return this.graphHasEdge(from, to) && !overlay.isRemoved(from, to);
  }
  /** Subjects of one kind stored at `node`; more than there are if an overlay removed some. */
  setCount(node) {
    const inGraph = node < OWN ? this.graph.nodes.setCounts.get(node) : 0;
    return this.overlay === null ? inGraph : inGraph + this.overlay.addedTo(node).size;
  }
  plainCount(node) {
    const inGraph = node < OWN ? this.graph.nodes.plainCounts.get(node) : 0;
    return this.overlay === null ? inGraph : inGraph + this.overlay.addedTo(node).size;
  }
  has(tuple) {
    const from = this.nodeOf(tuple.object.type, tuple.object.id, tuple.relation);
    if (from === NONE) return false;
    const to = this.nodeOf(tuple.subject.type, tuple.subject.id, tuple.subject.relation);
    return to !== NONE && this.hasEdge(from, to);
  }
  /** The node of `type:id#relation`, or {@link NONE}. */
  nodeOf(type, id, relation) {
    const typeNumber = this.graph.types.find(type);
    const relationNumber = this.graph.relations.find(relation);
    if (typeNumber < 0 || relationNumber < 0) return NONE;
    const object = this.findObject(typeNumber, id);
    return object === NONE ? NONE : this.findNode(object, relationNumber);
  }
  graphHasEdge(from, to) {
    return from < OWN && to < OWN && this.graph.edges.find(from, to) !== NONE;
  }
};

// ../../tmp/old/bench/statistics.ts
function summarize(samples) {
  const sorted = [...samples].sort((a, b) => a - b);
  const n = sorted.length;
  const rank = lowRank(n);
  const middle = n / 2;
  const median = n % 2 === 1 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { median, low: sorted[rank], high: sorted[n - 1 - rank], samples: n };
}
function lowRank(n) {
  let probability = 0.5 ** n;
  let cumulated = probability;
  let k = 0;
  while (k < n / 2) {
    probability *= (n - k) / (k + 1);
    if (cumulated + probability > 0.025) return k;
    cumulated += probability;
    k++;
  }
  return k;
}

// ../../tmp/old/bench/world.ts
var BENCH_SCHEMA = `
schema bench

type user
type team {
  relation member : user | team#member
}
type folder {
  roles editor > viewer : user | team#member
}
type document {
  relation folder : folder
  relation banned : user
  roles owner > reader : user | team#member
  /// Through up to three levels of teams, or the folder.
  permission read = reader or folder.viewer
  /// Both, and not banned.
  permission edit = (reader and folder.editor) except banned
}
`;
var USERS = 1e4;
var TEAMS = 1e3;
var FOLDERS = 1e3;
var DOCUMENTS = 2e4;
function randomBelow(seed) {
  let state = seed;
  return (bound) => {
    state = state + 1831565813 | 0;
    let t = Math.imul(state ^ state >>> 15, 1 | state);
    t = t + Math.imul(t ^ t >>> 7, 61 | t) ^ t;
    return Math.floor(((t ^ t >>> 14) >>> 0) / 4294967296 * bound);
  };
}
function makeWorld() {
  const tuples = [];
  const random = randomBelow(7);
  for (let user = 0; user < USERS; user++) {
    for (let i = 0; i < 2; i++) tuples.push(`team:t${(user + i * 331) % TEAMS}#member@user:u${user}`);
  }
  for (let team = 0; team < TEAMS; team++) {
    const parent = Math.floor(team / 10);
    if (parent !== team) tuples.push(`team:t${parent}#member@team:t${team}#member`);
  }
  for (let folder = 0; folder < FOLDERS; folder++) {
    tuples.push(`folder:f${folder}#editor@team:t${folder % TEAMS}#member`);
    for (let i = 0; i < 10; i++) tuples.push(`folder:f${folder}#viewer@user:u${random(USERS)}`);
  }
  for (let document = 0; document < DOCUMENTS; document++) {
    tuples.push(`document:d${document}#folder@folder:f${document % FOLDERS}`);
    tuples.push(`document:d${document}#reader@team:t${document % TEAMS}#member`);
    tuples.push(`document:d${document}#owner@user:u${document % USERS}`);
    if (document % 2 === 0) tuples.push(`document:d${document}#banned@user:u${random(USERS)}`);
  }
  return { tuples: [...new Set(tuples)], questions };
}
function questions(shape, count) {
  const random = randomBelow(11);
  return Array.from({ length: count }, (_, i) => {
    const kind = shape === "mix" ? ["direct", "nested", "intersection", "denied"][i % 4] : shape;
    const document = random(DOCUMENTS);
    const object = `document:d${document}`;
    const member = document % TEAMS + random(USERS / TEAMS) * TEAMS;
    switch (kind) {
      case "direct":
        return { object, relation: "owner", subject: `user:u${document % USERS}` };
      case "nested":
        return {
          object: `document:d${random(100) + TEAMS * random(DOCUMENTS / TEAMS)}`,
          relation: "read",
          subject: `user:u${random(USERS)}`
        };
      case "intersection":
        return { object, relation: "edit", subject: `user:u${member}` };
      case "denied":
        return { object, relation: "read", subject: `user:u${random(USERS)}` };
    }
  });
}

// ../../tmp/old/bench/engine.ts
var SHAPES = ["direct", "nested", "intersection", "denied", "mix"];
var QUESTIONS = 2e4;
async function benchEngine(rounds) {
  const { schema } = await compileSchema({ path: "bench.pemba", text: BENCH_SCHEMA });
  if (schema === void 0) throw new Error("the schema of the benchmark does not compile");
  const world = makeWorld();
  const graph = new Graph();
  for (const tuple of world.tuples) graph.add(parseTuple(tuple));
  const plan = new Plan(schema, graph.types, graph.relations);
  const view = new View(graph);
  const engine = new Engine(defaultLimits());
  const results = SHAPES.map((shape) => {
    const questions2 = world.questions(shape, QUESTIONS);
    const batches = Array.from({ length: QUESTIONS / 100 }, (_, i) => questions2.slice(i * 100, (i + 1) * 100));
    let allowed = 0;
    const checks = () => {
      for (const question of questions2) if (engine.check(plan, view, question) === "allowed") allowed++;
    };
    const items = () => {
      for (const batch of batches) engine.batchCheck(plan, view, batch);
    };
    checks();
    items();
    const share = allowed / QUESTIONS;
    return { shape, allowedShare: share, check: time(checks, rounds), batchItem: time(items, rounds) };
  });
  return { tuples: graph.size, bytesPerTuple: graph.byteLength / graph.size, results };
}
function time(work, rounds) {
  const samples = Array.from({ length: rounds }, () => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / QUESTIONS;
  });
  return summarize(samples);
}

// ../../tmp/eb_old.mts
var r = await benchEngine(15);
console.log("old", r.results.map((x) => x.shape + " " + x.check.low.toFixed(2) + "/" + x.check.median.toFixed(2)).join("  "));
