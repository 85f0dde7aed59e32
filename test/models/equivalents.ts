/** Changes of the models that no test can notice, as they change nothing; see scripts/mutate-models.ts. */
interface Equivalent {
  /** The changed file, from schema/. */
  schema: string;
  /** As the run names it. */
  mutant: string;
  proof: string;
}

const SAME_ADMIN = 'what stands in its place asks another permission that is `admin` too';
const ONLY_RELATION =
  'it is the only relation of its type, so without a tuple in it the object has none at all, and then no obligations';

export const equivalents: readonly Equivalent[] = [
  {
    schema: 'portkey.pemba',
    mutant: 'organization.key: without `revoked by api_keys_delete`',
    proof: `${SAME_ADMIN}: \`api_keys_create\``,
  },
  {
    schema: 'ptolemy/workspaces.pemba',
    mutant: 'workspace.admin: without `granted by assign_roles`',
    proof: `${SAME_ADMIN}: \`manage_members\` of the ladder`,
  },
  {
    schema: 'ptolemy/workspaces.pemba',
    mutant: 'workspace.manager: without `granted by assign_roles`',
    proof: `${SAME_ADMIN}: \`manage_members\` of the ladder`,
  },
  {
    schema: 'workspaces.pemba',
    mutant: 'content.workspace: `[1]` without a minimum',
    proof: ONLY_RELATION,
  },
  {
    schema: 'workspaces.pemba',
    mutant: 'tag.workspace: `[1]` without a minimum',
    proof: ONLY_RELATION,
  },
];
