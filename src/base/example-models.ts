/** The access models of the package: `schema/NAME.pemba`, with an example of tuples in `schema/NAME.tuples`. */

interface ExampleModel {
  /** Questions about the example with their answers, as `object#permission@subject`. */
  allowed: string;
  denied: string;
  /** An object that much is stored on. */
  object: string;
}

export const EXAMPLE_MODELS = {
  lamin: {
    allowed: 'space:curation#write@user:ada',
    denied: 'space:curation#write@user:grace',
    object: 'space:curation',
  },
  ptolemy: {
    allowed: 'workspace:production#view_data@user_key:notebook',
    denied: 'workspace:production#view_data@user:hypatia',
    object: 'workspace:production',
  },
  'ptolemy-strict': {
    allowed: 'workspace:radiology#view_data@user_key:notebook',
    denied: 'workspace:radiology#view_data@user_key:old-laptop',
    object: 'workspace:radiology',
  },
  portkey: {
    allowed: 'organization:acme#prompts_publish@user:anna',
    denied: 'organization:acme#billing_manage@user:anna',
    object: 'organization:acme',
  },
  workspaces: {
    allowed: 'content:vaccination-dates#write@user:cleo',
    denied: 'content:vaccination-dates#write@user:rob',
    object: 'workspace:maternal-health',
  },
} as const satisfies Record<string, ExampleModel>;

export type ModelName = keyof typeof EXAMPLE_MODELS;

export const MODEL_NAMES = Object.keys(EXAMPLE_MODELS) as ModelName[];
