/** What a tree shows of the schema: members by name, and expressions as text; each is looked for once. */
import type { CompiledMember, Rewrite } from '../../schema/compiled-schema.ts';
import { formatRewrite } from '../../schema/format-rewrite.ts';
import type { Plan } from '../plan.ts';

export class SchemaIndex {
  private readonly plan: Plan;
  private readonly members = new Map<string, Map<string, CompiledMember>>();
  private readonly texts = new Map<Rewrite, string>();

  constructor(plan: Plan) {
    this.plan = plan;
  }

  /** Undefined if the type has no such name. */
  memberOf(type: string, name: string): CompiledMember | undefined {
    let members = this.members.get(type);
    if (members === undefined) {
      const compiled = this.plan.schema.types.find((each) => each.name === type);
      members = new Map(compiled?.members.map((member) => [member.name, member]));
      this.members.set(type, members);
    }
    return members.get(name);
  }

  textOf(rewrite: Rewrite): string {
    let text = this.texts.get(rewrite);
    if (text === undefined) {
      text = formatRewrite(rewrite);
      this.texts.set(rewrite, text);
    }
    return text;
  }
}
